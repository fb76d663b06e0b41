"""Steps that read, each at both APIs."""

from operator import methodcaller
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.parity import strategies as some
from tests.parity.machine import TENANTS, ParityMachine
from tests.parity.service import Ask, CustomerKey, ItemsAsk, Sort, Who

ACTING_FOR: Final = ((None, None), (None, "acme"), ("acme", None), ("globex", "acme"))


def refused_own(who: Who) -> str | None:
    """REST refuses the own view where GraphQL shows it, for operations 13, 14, 17, and 32 to 34."""
    return None if "R" in who.scopes else "FORBIDDEN"


class Reads(ParityMachine):
    """Lists, single rows, category trees and matches, as every kind of caller."""

    @rule(
        at=TENANTS,
        who=some.all_readers,
        ask=some.segment_asks,
        customer=st.one_of(st.none(), st.none(), some.customer_ids),
        legal_entity=some.legal_entities,
    )
    def list_segments(
        self, *, at: int, who: Who, ask: Ask, customer: str | None, legal_entity: str | None
    ) -> None:
        self.read(
            at, lambda service: service.segments(who, ask, customer=customer, legal_entity=legal_entity)
        )

    @rule(
        at=TENANTS,
        who=some.all_readers,
        segment_id=some.segment_ids,
        language=some.languages,
        legal_entity=some.legal_entities,
    )
    def read_segment(
        self, *, at: int, who: Who, segment_id: str, language: str, legal_entity: str | None
    ) -> None:
        self.read(at, lambda service: service.segment(who, segment_id, language, legal_entity=legal_entity))

    @rule(at=TENANTS, who=some.all_readers, segment_id=some.segment_ids, ask=some.customer_asks)
    def list_customers(self, *, at: int, who: Who, segment_id: str, ask: Ask) -> None:
        rest_code = refused_own(who) if ask.by_search else None
        self.read(at, lambda service: service.customers(who, segment_id, ask), rest_code=rest_code)

    @rule(at=TENANTS, who=some.all_readers, segment_id=some.segment_ids, key=some.customer_keys)
    def read_customer(self, *, at: int, who: Who, segment_id: str, key: CustomerKey) -> None:
        self.read(at, lambda service: service.customer(who, segment_id, key), rest_code=refused_own(who))

    @rule(at=TENANTS, who=some.all_readers, ask=some.segment_asks)
    def list_own_segments(self, *, at: int, who: Who, ask: Ask) -> None:
        self.read(at, lambda service: service.own_segments(who, ask))

    @rule(at=TENANTS, who=some.all_readers, segment_id=some.segment_ids, ask=some.group_asks)
    def list_groups(self, *, at: int, who: Who, segment_id: str, ask: Ask) -> None:
        self.read(at, lambda service: service.groups(who, segment_id, ask), rest_code=refused_own(who))

    @rule(
        at=TENANTS,
        who=some.all_readers,
        segment_id=some.segment_ids,
        group_id=some.group_ids,
        language=some.languages,
    )
    def read_group(self, *, at: int, who: Who, segment_id: str, group_id: str, language: str) -> None:
        self.read(
            at, lambda service: service.group(who, segment_id, group_id, language), rest_code=refused_own(who)
        )

    @rule(at=TENANTS, who=some.all_readers, which=some.which_items, ask=some.item_asks)
    def list_items(self, *, at: int, who: Who, which: ItemsAsk, ask: Ask) -> None:
        self.read(at, lambda service: service.items(who, which, ask))

    @rule(
        at=TENANTS,
        who=some.all_readers,
        segment_id=some.segment_ids,
        item=some.items,
        language=some.languages,
        legal_entity=some.legal_entities,
    )
    def read_item(
        self,
        *,
        at: int,
        who: Who,
        segment_id: str,
        item: tuple[str, str],
        language: str,
        legal_entity: str | None,
    ) -> None:
        self.read(
            at, lambda service: service.item(who, segment_id, *item, language, legal_entity=legal_entity)
        )

    @rule(
        at=TENANTS,
        who=some.all_readers,
        language=some.languages,
        site_code=st.one_of(st.none(), some.sites),
        legal_entity=some.legal_entities,
    )
    def read_trees(
        self, *, at: int, who: Who, language: str, site_code: str | None, legal_entity: str | None
    ) -> None:
        self.read(
            at, lambda service: service.trees(who, language, site_code=site_code, legal_entity=legal_entity)
        )

    @rule(
        at=TENANTS,
        who=some.managers,
        site_code=some.sites,
        items=st.lists(some.item_ids("PRODUCT"), max_size=4),
        segment_ids=st.lists(some.segment_ids, max_size=4),
    )
    def match(self, *, at: int, who: Who, site_code: str, items: list[str], segment_ids: list[str]) -> None:
        self.read(at, lambda service: service.match(who, site_code, items, segment_ids))

    @rule(
        at=TENANTS,
        who=some.readers,
        language=some.languages,
        legal_entity=some.legal_entities,
        site_code=st.one_of(st.none(), some.sites),
        segments_by=some.segment_sorts,
        customers_by=some.customer_sorts,
        items_by=some.item_sorts,
    )
    def look_around(
        self,
        *,
        at: int,
        who: Who,
        language: str,
        legal_entity: str | None,
        site_code: str | None,
        segments_by: Sort,
        customers_by: Sort,
        items_by: Sort,
    ) -> None:
        """All that a caller sees, unfiltered and sorted: few histories get to it by single reads."""
        by_segment, by_item = Ask(sort=segments_by, language=language), Ask(sort=items_by, language=language)
        which = ItemsAsk(legal_entity=legal_entity)
        self.read(at, methodcaller("segments", who, by_segment, legal_entity=legal_entity))
        self.read(at, methodcaller("items", who, which, by_item))
        self.read(at, methodcaller("trees", who, language, site_code=site_code, legal_entity=legal_entity))
        for segment_id in self.tenants[at].model.tables.segments:
            self.read(at, methodcaller("customers", who, segment_id, Ask(sort=customers_by)))

    @rule(at=TENANTS, customer=some.customer_ids, language=some.languages)
    def look_as_a_customer(self, *, at: int, customer: str, language: str) -> None:
        """Their segments and category trees, whomever they act for by their token or by the parameter."""
        for in_token, chosen in ACTING_FOR:
            who = Who("O", customer, in_token)
            self.read(at, methodcaller("segments", who, Ask(language=language), legal_entity=chosen))
            self.read(at, methodcaller("trees", who, language, legal_entity=chosen))
            self.read(at, methodcaller("own_segments", who, Ask(language=language)))
