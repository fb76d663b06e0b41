"""Steps that are refused: by strangers, and with input that is none."""

from operator import methodcaller
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.parity import strategies as some
from tests.parity.machine import APIS, OTHER, TENANTS, ParityMachine, answer_of, check
from tests.parity.malformed import MALFORMED
from tests.parity.rest_api import RestApi
from tests.parity.service import INVALID, Ask, Document, ItemsAsk, Who

EVERYBODY: Final = Who("ROM", "anna")


class Refusals(ParityMachine):
    """Nothing comes of these."""

    @rule(at=TENANTS, api=APIS, what=st.sampled_from(tuple(MALFORMED)))
    def ask_in_a_malformed_way(self, at: int, api: str, what: str) -> None:
        tenant = self.tenants[at]
        check(what, answer_of(lambda: MALFORMED[what](tenant.apis[api])), INVALID)
        tenant.check_state(OTHER[api])

    @rule(at=TENANTS, who=some.readers, segment_id=st.sampled_from(("a b", "a+b", "x" * 129)))
    def look_under_what_cannot_be_an_id(self, at: int, who: Who, segment_id: str) -> None:
        """REST says so; GraphQL has nothing to show."""
        for ask in (
            methodcaller("segment", who, segment_id, "*"),
            methodcaller("customers", who, segment_id, Ask()),
            methodcaller("items", who, ItemsAsk(segment_id), Ask()),
            methodcaller("item", who, segment_id, "PRODUCT", "drill", "*"),
        ):
            self.read(at, ask, rest_code=INVALID)

    @rule(at=TENANTS, segment_id=some.segment_ids, document=some.segments())
    def come_with_the_token_of_another_tenant(self, at: int, segment_id: str, document: Document) -> None:
        tenant, neighbour = self.tenants[at], self.tenants[1 - at]
        stranger = RestApi(self.talk, tenant.name, token_of=neighbour.name)
        for refused in (
            answer_of(lambda: stranger.segments(EVERYBODY, Ask())),
            answer_of(lambda: stranger.segment(EVERYBODY, segment_id, "*")),
            answer_of(lambda: stranger.upsert_segment(EVERYBODY, segment_id, document)),
            answer_of(lambda: stranger.delete_segment(EVERYBODY, segment_id, force=True)),
        ):
            check("a stranger", refused, "FORBIDDEN")
        tenant.check_state("graph")
        neighbour.check_state("graph")
