"""Steps that set, pause and remove rules of segments, and release customers to them."""

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.parity import strategies as some
from tests.parity.machine import APIS, TENANTS, ParityMachine
from tests.parity.segment_rules import CONDITIONS
from tests.parity.service import CustomerKey, Who

READER: Final = Who("R")
managers = st.sampled_from((Who("RM"), Who("RM"), Who("RM"), Who("M"), Who("O", "anna")))
names = st.sampled_from(tuple(CONDITIONS))


class RuleWrites(ParityMachine):
    """Rules of segments."""

    @rule(at=TENANTS, api=APIS, who=managers, segment_id=some.segment_ids, name=names)
    def set_rule(self, *, at: int, api: str, who: Who, segment_id: str, name: str) -> None:
        self.write(at, api, lambda service: service.set_rule(who, segment_id, name))

    @rule(at=TENANTS, api=APIS, who=managers, segment_id=some.segment_ids)
    def pause_rule(self, *, at: int, api: str, who: Who, segment_id: str) -> None:
        self.write(at, api, lambda service: service.pause_rule(who, segment_id))

    @rule(at=TENANTS, api=APIS, who=managers, segment_id=some.segment_ids, keep=st.booleans())
    def remove_rule(self, *, at: int, api: str, who: Who, segment_id: str, keep: bool) -> None:
        self.write(at, api, lambda service: service.remove_rule(who, segment_id, keep=keep))

    @rule(
        at=TENANTS,
        api=APIS,
        who=managers,
        segment_id=some.segment_ids,
        keys=st.lists(some.customer_keys, max_size=4),
    )
    def release_customers(
        self, *, at: int, api: str, who: Who, segment_id: str, keys: list[CustomerKey]
    ) -> None:
        self.write(at, api, lambda service: service.release_customers(who, segment_id, keys))

    @rule(at=TENANTS, segment_id=some.segment_ids)
    def read_rule(self, *, at: int, segment_id: str) -> None:
        self.read(at, lambda service: service.read_rule(READER, segment_id))
