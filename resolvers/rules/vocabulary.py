"""Words and bounds of rules."""

from datetime import timedelta
from enum import StrEnum
from typing import Final


class RuleSubject(StrEnum):
    """Over what a rule ranges."""

    CUSTOMER = "CUSTOMER"
    """Customers: rows without a legal entity."""
    CUSTOMER_OF_LEGAL_ENTITY = "CUSTOMER_OF_LEGAL_ENTITY"
    """Customers with each legal entity that they may act for: rows on behalf of it."""


class RuleState(StrEnum):
    """How far a rule has been applied."""

    BUILDING = "BUILDING"
    """To customers that have changed since, and bit by bit to the others."""
    ACTIVE = "ACTIVE"
    """To all customers."""
    PAUSED = "PAUSED"
    """Its members stay as they are."""
    REMOVING = "REMOVING"
    """It changes no members but those that it leaves behind, bit by bit; then it is gone."""
    OFF = "OFF"
    """As PAUSED, for all rules of the gateway: SEGMENTS_RULES is false. It is never stored."""


class Removal(StrEnum):
    """What becomes of the members that a rule has assigned when it is removed."""

    LEAVE = "LEAVE"
    STAY = "STAY"
    """As if a client had assigned them."""


AUTOMATIC: Final = "AUTOMATIC"
"""The type of an assignment that a rule has made."""
MANUAL: Final = "MANUAL"
"""The type of one that a client has made."""
EXCLUDED: Final = "EXCLUDED"
"""In its place, where a client has taken the customer out: there is an exclusion, and no assignment."""
MOST_RULES: Final = 100
"""Of a tenant."""
MOST_CONDITIONS: Final = 1_000
"""Of all rules of a tenant: a write of a customer may have to look at each."""
MOST_BYTES: Final = 1_000_000
"""Of all rules of a tenant, as JSON: so many are kept from one transaction to the next."""
MOST_PLACES: Final = 10_000
"""Parameters of a statement that judges rules; the databases take three times as many."""
MOST_LEVELS: Final = 10
"""Rules that ask for members of each other's segments, one after another."""
MOST_CHANGES: Final = 20_000
"""Changes of members by setting or removing a rule in one transaction; more are made in the background."""
CHUNK: Final = 500
"""Customers to which rules are applied by one statement."""
WHERE_BYTES: Final = 65_536
LEASE: Final = timedelta(seconds=10)
"""Process crashes delay background work by so much at most."""
