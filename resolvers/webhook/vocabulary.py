"""Enums and limits of webhooks."""

from enum import StrEnum
from typing import Final

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
