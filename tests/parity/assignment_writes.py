"""Steps that put customers and items into segments, take them out, and tell what is known of them."""

from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.parity import strategies as some
from tests.parity.machine import APIS, TENANTS, ParityMachine, check, seen_at
from tests.parity.service import CustomerKey, Document, Who

TOO_MANY: Final = [f"i{number}" for number in range(201)]
contents = st.tuples(some.contents, some.versions)


class CustomerWrites(ParityMachine):
    """Customers in segments."""

    @rule(
        at=TENANTS,
        api=APIS,
        who=some.managers,
        segment_id=some.segment_ids,
        key=some.customer_keys,
        content=contents,
    )
    def assign_customer(
        self,
        *,
        at: int,
        api: str,
        who: Who,
        segment_id: str,
        key: CustomerKey,
        content: tuple[Document, str],
    ) -> None:
        said = self._customer_seen_at(at, segment_id, key, *content)
        self.write(at, api, lambda service: service.assign_customer(who, segment_id, key, said))

    @rule(at=TENANTS, api=APIS, who=some.managers, segment_id=some.segment_ids, key=some.customer_keys)
    def remove_customer(self, *, at: int, api: str, who: Who, segment_id: str, key: CustomerKey) -> None:
        self.write(at, api, lambda service: service.remove_customer(who, segment_id, key))

    @rule(
        at=TENANTS,
        api=APIS,
        who=some.managers,
        segment_id=some.segment_ids,
        elements=st.lists(st.tuples(some.customer_keys, contents), max_size=4),
    )
    def assign_customers(
        self,
        at: int,
        api: str,
        who: Who,
        segment_id: str,
        elements: list[tuple[CustomerKey, tuple[Document, str]]],
    ) -> None:
        said = [(key, self._customer_seen_at(at, segment_id, key, *content)) for key, content in elements]
        self.write(at, api, lambda service: service.assign_customers(who, segment_id, said))

    @rule(
        at=TENANTS,
        api=APIS,
        who=some.managers,
        segment_id=some.segment_ids,
        keys=st.lists(some.customer_keys, max_size=4),
    )
    def remove_customers(
        self, *, at: int, api: str, who: Who, segment_id: str, keys: list[CustomerKey]
    ) -> None:
        self.write(at, api, lambda service: service.remove_customers(who, segment_id, keys))

    def _customer_seen_at(
        self, at: int, segment_id: str, key: CustomerKey, document: Document, version: str
    ) -> Document:
        rows = self.tenants[at].model.tables.customers
        return seen_at(document, rows.get((segment_id, key[0], key[1] or "")), version)


class ItemWrites(ParityMachine):
    """Items in segments, and reference data."""

    @rule(
        at=TENANTS,
        api=APIS,
        who=some.managers,
        segment_id=some.segment_ids,
        item=some.items,
        content=contents,
    )
    def assign_item(
        self,
        *,
        at: int,
        api: str,
        who: Who,
        segment_id: str,
        item: tuple[str, str],
        content: tuple[Document, str],
    ) -> None:
        said = self._item_seen_at(at, segment_id, item, *content)
        self.write(at, api, lambda service: service.assign_item(who, segment_id, *item, said))

    @rule(at=TENANTS, api=APIS, who=some.managers, segment_id=some.segment_ids, item=some.items)
    def remove_item(self, *, at: int, api: str, who: Who, segment_id: str, item: tuple[str, str]) -> None:
        self.write(at, api, lambda service: service.remove_item(who, segment_id, *item))

    @rule(
        at=TENANTS,
        api=APIS,
        who=some.managers,
        segment_id=some.segment_ids,
        kind=some.item_kinds,
        data=st.data(),
    )
    def assign_items(
        self, *, at: int, api: str, who: Who, segment_id: str, kind: str, data: st.DataObject
    ) -> None:
        elements = data.draw(st.lists(st.tuples(some.item_ids(kind), contents), max_size=4))
        said = [
            (item_id, self._item_seen_at(at, segment_id, (kind, item_id), *content))
            for item_id, content in elements
        ]
        self.write(at, api, lambda service: service.assign_items(who, segment_id, kind, said))

    @rule(
        at=TENANTS,
        api=APIS,
        who=some.managers,
        segment_id=some.segment_ids,
        kind=some.item_kinds,
        data=st.data(),
    )
    def remove_items(
        self, *, at: int, api: str, who: Who, segment_id: str, kind: str, data: st.DataObject
    ) -> None:
        ids = data.draw(st.lists(some.item_ids(kind), max_size=4))
        self.write(at, api, lambda service: service.remove_items(who, segment_id, kind, ids))

    @rule(at=TENANTS, api=APIS, segment_id=some.segment_ids)
    def remove_too_many_items(self, *, at: int, api: str, segment_id: str) -> None:
        self.write(at, api, lambda service: service.remove_items(Who("M"), segment_id, "PRODUCT", TOO_MANY))

    @rule(at=TENANTS, records=st.lists(some.references(), min_size=1, max_size=4))
    def know(self, *, at: int, records: list[tuple[str, Document]]) -> None:
        tenant = self.tenants[at]
        kind = records[0][0]
        same_kind = [record for other, record in records if other == kind]
        check("effects", tenant.graph.know(kind, same_kind), tenant.model.know(kind, same_kind))
        tenant.check_state("rest")

    @rule(at=TENANTS, references=some.reference_ids, with_assignments=st.booleans())
    def forget(self, *, at: int, references: tuple[str, list[str]], with_assignments: bool) -> None:
        tenant = self.tenants[at]
        kind, ids = references
        along = with_assignments and kind == "customers"
        check(
            "effects",
            tenant.graph.forget(kind, ids, with_assignments=along),
            tenant.model.forget(kind, ids, with_assignments=along),
        )
        tenant.check_state("rest")

    def _item_seen_at(
        self, at: int, segment_id: str, item: tuple[str, str], document: Document, version: str
    ) -> Document:
        rows: dict[Any, Any] = self.tenants[at].model.tables.items
        return seen_at(document, rows.get((segment_id, *item)), version)
