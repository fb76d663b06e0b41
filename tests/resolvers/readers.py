"""Readers for tests that send no statement."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Final, cast

from models.connection.session import Session
from resolvers.access import Reader
from resolvers.caller import Caller, Scope
from resolvers.policy import Policy

NOW: Final = datetime(2026, 2, 1, 12, tzinfo=UTC)
STAFF: Final = Caller("shop", frozenset({Scope.READ}))
ANNA: Final = Caller("shop", frozenset({Scope.READ_OWN}), customer_id="anna")
ANNA_FOR_ACME: Final = Caller("shop", frozenset({Scope.READ_OWN}), customer_id="anna", legal_entity_id="acme")


def reader_of(
    caller: Caller = STAFF, *, dialect: str = "sqlite", policy: Policy | None = None, **members: Any
) -> Reader:
    """A reader whose session has a dialect and no connection."""
    session = cast("Session", SimpleNamespace(dialect=dialect))
    return Reader(caller, policy or Policy(), session, NOW, **members)
