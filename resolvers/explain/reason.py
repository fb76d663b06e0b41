"""Reasons: what was looked at, what was seen there, and whether it speaks for the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple


class ReasonCode(StrEnum):
    """What a reason is about."""

    SEGMENT_LEADS_TO_ITEM = "SEGMENT_LEADS_TO_ITEM"
    ITEM_ASSIGNED = "ITEM_ASSIGNED"
    CATEGORY_OF_PRODUCT_ASSIGNED = "CATEGORY_OF_PRODUCT_ASSIGNED"
    CATEGORY_BELOW_ASSIGNED = "CATEGORY_BELOW_ASSIGNED"
    CUSTOMER_ASSIGNED = "CUSTOMER_ASSIGNED"
    GROUP_ASSIGNED = "GROUP_ASSIGNED"
    SEGMENT_ACTIVE = "SEGMENT_ACTIVE"
    SEGMENT_VALID = "SEGMENT_VALID"
    SEGMENT_ON_SITE = "SEGMENT_ON_SITE"
    ITEM_IN_NO_SEGMENT = "ITEM_IN_NO_SEGMENT"
    SEGMENT_UNKNOWN = "SEGMENT_UNKNOWN"
    ASSIGNED_BY_CLIENT = "ASSIGNED_BY_CLIENT"
    ASSIGNED_AUTOMATICALLY = "ASSIGNED_AUTOMATICALLY"
    NOT_ASSIGNED = "NOT_ASSIGNED"
    EXCLUDED_BY_CLIENT = "EXCLUDED_BY_CLIENT"
    RULE_NOT_APPLIED = "RULE_NOT_APPLIED"
    RULE_OF_OTHER_SUBJECT = "RULE_OF_OTHER_SUBJECT"
    CUSTOMER_UNKNOWN = "CUSTOMER_UNKNOWN"
    CONDITION = "CONDITION"
    ALL = "ALL"
    ANY = "ANY"
    NOT = "NOT"
    ANY_LEGAL_ENTITY = "ANY_LEGAL_ENTITY"
    LEGAL_ENTITY = "LEGAL_ENTITY"


class Reason(NamedTuple):
    """One condition. `code` says how `reasons` decide it: ANY by one of them, NOT by none, else by all.

    An answer has hundreds of them: a named tuple is made in half the time of a frozen dataclass.
    """

    holds: bool
    code: ReasonCode
    text: str
    seen: Any = None
    expected: Any = None
    since: datetime | None = None
    until: datetime | None = None
    reasons: Sequence["Reason"] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer with its reasons."""

    holds: bool
    because: Sequence[Reason]


def instant(value: datetime) -> str:
    """An instant as texts show it."""
    return f"{value:%Y-%m-%d %H:%M} UTC"
