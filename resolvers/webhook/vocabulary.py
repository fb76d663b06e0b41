"""Enums and limits of webhooks."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from models.sql.prepared import Row
from resolvers.changes.record import CONTRACT_TYPES

MOST_WEBHOOKS: Final = 50
"""Webhooks of one tenant."""
MOST_SEGMENTS: Final = 1_000
LONGEST_NAME: Final = 200
MOST_DEAD_LETTERS: Final = 1_000
"""Dead letters kept per webhook: the newest."""
ROTATION_HOURS: Final = 24
"""Hours in which the previous secret also signs."""


class WebhookFormat(StrEnum):
    """The format and signature of posted messages."""

    STANDARD = "STANDARD"
    EMPORIX = "EMPORIX"


class WebhookStatus(StrEnum):
    """Whether changes are delivered."""

    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"


def types_of(row: Row) -> Collection[str] | None:
    """The types of changes that a webhook posts; None means all.

    In the vendor's format, receivers that name none know the contract's types alone.
    """
    types: Collection[str] | None = row["types"]
    return CONTRACT_TYPES if types is None and row["format"] == WebhookFormat.EMPORIX else types
