"""A tenant in which every segment has a rule: the contract holds there as well."""

import re
from collections.abc import Iterator
from typing import Any, Final

import orjson
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.connection.database import Database
from models.connection.session import Transaction
from models.tables.columns import instant_text, this_instant
from resolvers.access import Writer
from resolvers.caller import Caller
from resolvers.caller import Scope as TokenScope
from resolvers.errors import LimitReached
from resolvers.policy import Policy
from resolvers.rules.changing.set import set_rule
from resolvers.rules.definition.document import rule_content
from resolvers.writing.run import run

MEMBER: Final = {"id": "0-by-rule", "firstName": "Ruby"}
"""The customer who satisfies the rules; the id is before those of all tests."""
MEMBER_ROW: Final = {"customer": MEMBER, "assignmentType": "AUTOMATIC", "metadata": {"version": 1}}
"""The assignment that each rule makes, without times."""
_RULE: Final = {"q": "mixins.shop.lastOrderAt:>now-P90D"}
_CREATION: Final = re.compile("/customer-segment/(?P<tenant>[^/]+)/segments(?P<rest>|/|/bulk|/[^/]+)")


def both_kinds() -> Any:
    """A fixture for `has_rules` that runs the tests of a module without rules and with them."""

    def has_rules(request: pytest.FixtureRequest) -> bool:
        value: bool = request.param
        return value

    return pytest.fixture(has_rules, params=[False, True], ids=["no rules", "rules"])


def member_document() -> dict[str, Any]:
    """The customer's reference data, with an order of today."""
    return {**MEMBER, "mixins": {"shop": {"lastOrderAt": instant_text(this_instant())}}}


class RulesOnNewSegments:
    """An application that sets a rule on each segment before it answers that the segment was created."""

    def __init__(self, app: ASGIApp, database: Database, policy: Policy) -> None:
        self._app = app
        self._database = database
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        place = _CREATION.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if place is None or scope["method"] not in {"POST", "PUT"}:
            await self._app(scope, receive, send)
            return
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, keep)
        body = b"".join(message.get("body", b"") for message in messages)
        for segment_id in _created(place["rest"], messages[0]["status"], body):
            await self._set_rule(place["tenant"], segment_id)
        for message in messages:
            await send(message)

    async def _set_rule(self, tenant: str, segment_id: str) -> None:
        caller = Caller(tenant, frozenset(TokenScope))

        async def work(transaction: Transaction) -> None:
            writer = Writer(caller, self._policy, transaction, this_instant())
            await run(writer, lambda writer: set_rule(writer, segment_id, rule_content(_RULE)))

        try:
            await self._database.write(work)
        except LimitReached:  # the tenant has as many rules as it may have
            return


def _created(path: str, status: int, body: bytes) -> Iterator[str]:
    """The ids of the segments that a response says to be new."""
    if path == "/bulk" and status == 207:
        yield from (entry["id"] for entry in orjson.loads(body) if entry["code"] == 201)
    elif path in ("", "/") and status == 201:
        yield orjson.loads(body)["id"]
    elif path and status == 201:
        yield path[1:]
