"""One step of a history: a write through one API, or a read at both, and what has to hold afterwards."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from tests.parity.documents import without_times
from tests.parity.feed import Feed
from tests.parity.graphql_api import GraphQLApi
from tests.parity.model import Model
from tests.parity.rest_api import RestApi
from tests.parity.service import Document, Refused, Result, Service
from tests.parity.tables import Rules
from tests.parity.talking import Talk
from tests.parity.times import Times

Answer = TypeVar("Answer")

TENANTS: Final = st.sampled_from((0, 0, 0, 1))
"""Two share the database and its ids; what one does may not show at the other."""
APIS: Final = st.sampled_from(("rest", "graph"))


OTHER: Final = {"rest": "graph", "graph": "rest"}


class Tenant:
    """What is expected of one tenant, and the two ways to it."""

    def __init__(self, talk: Talk, rules: Rules) -> None:
        self.name = f"p{uuid.uuid4().hex[:12]}"
        self.model = Model(rules)
        self.rest = RestApi(talk, self.name)
        self.graph = GraphQLApi(talk, self.name)
        self.apis: dict[str, Service] = {"rest": self.rest, "graph": self.graph}
        self._feed = Feed(talk, self.name)
        self._times = Times()

    def check_feed(self) -> None:
        """The change feed tells of every row, and of nothing else."""
        self._feed.check(self.graph.state())

    def check_state(self, *apis: str) -> None:
        """The APIs, both unless one is named, show every row as the model has it."""
        states = {api: self.apis[api].state() for api in apis or self.apis}
        for api, state in states.items():
            check(f"state by {api}", without_times(state), self.model.state())
            self._times.check(state)
        if not apis:
            check("state by rest and by graph", states["rest"], states["graph"])


class ParityMachine(RuleBasedStateMachine):
    """What the rules share."""

    def __init__(self, talk: Talk, rules: Rules) -> None:
        super().__init__()
        self.talk = talk
        self.tenants = [Tenant(talk, rules), Tenant(talk, rules)]

    def teardown(self) -> None:
        for tenant in self.tenants:
            tenant.check_state()
            tenant.check_feed()

    def write(self, at: int, api: str, work: Callable[[Any], Result | list[Result]]) -> None:
        """Do it through one API, and look at everything from the other afterwards."""
        self.do(at, api, work)
        self.tenants[at].check_state(OTHER[api])

    def do(self, at: int, api: str, work: Callable[[Any], Result | list[Result]]) -> None:
        """Do it through one API, which has to do what the model does."""
        tenant = self.tenants[at]
        seen = answer_of(lambda: work(tenant.apis[api]))
        check_agreement(seen, answer_of(lambda: work(tenant.model)))
        tenant.model.segment_rules.settle()

    def read(self, at: int, ask: Callable[[Service], Answer], *, rest_code: str | None = None) -> None:
        """Ask both APIs; `rest_code` is why REST alone refuses."""
        tenant = self.tenants[at]
        expected = answer_of(lambda: ask(tenant.model))
        by_rest, by_graph = answer_of(lambda: ask(tenant.rest)), answer_of(lambda: ask(tenant.graph))
        check("graph", without_times(by_graph), expected)
        check("rest", without_times(by_rest), rest_code or expected)
        if rest_code is None:
            check("rest and graph", by_rest, by_graph)


def answer_of(ask: Callable[[], Answer]) -> Answer | str:
    """The answer, or the code of the refusal."""
    try:
        return ask()
    except Refused as refusal:
        return refusal.code


def check(what: str, seen: object, expected: object) -> None:
    """Refuse what is not equal, and say what it is in the notes of the failing example."""
    if seen != expected:
        note(f"{what}\n  shown:    {seen}\n  expected: {expected}")
    assert seen == expected, what


def check_agreement(seen: Result | Sequence[Result] | str, expected: Result | Sequence[Result] | str) -> None:
    """A refusal is the same through every API; of what was done each API tells a part."""
    note(f"answer: {seen}")
    if isinstance(seen, Result) and isinstance(expected, Result):
        agree = seen.agrees_with(expected)
    elif isinstance(seen, list) and isinstance(expected, list):
        agree = len(seen) == len(expected) and all(map(Result.agrees_with, seen, expected))
    else:
        agree = seen == expected
    assert agree, f"answered {seen}, expected {expected}"


def seen_at(document: Document, row: Document | None, version: str) -> Document:
    """The document of a writer who has seen the row, or one that is gone, at a version."""
    if version == "any":
        return document
    current: int = 3 if row is None else row["version"]
    seen = current if version == "current" else current + 1
    return {**document, "metadata": {**document.get("metadata", {}), "version": seen}}
