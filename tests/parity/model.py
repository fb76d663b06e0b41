"""The rules of the contract as a program too simple to be wrong: dictionaries, one caller at a time.

Written from docs/behaviour.md (the D numbers are its rules), not from the code under test.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tests.parity.content import (
    assignment_content,
    checked_segment_id,
    expected_version,
    segment_content,
    valid,
)
from tests.parity.documents import told
from tests.parity.language import by_canonical_tag
from tests.parity.patching import check_patch, patched
from tests.parity.reading import Row, forest, page_of
from tests.parity.segment_rules import SegmentRules
from tests.parity.service import (
    CREATED,
    UNCHANGED,
    UPDATED,
    Ask,
    CustomerKey,
    Document,
    ItemsAsk,
    Listed,
    Refused,
    Result,
    State,
    Who,
)
from tests.parity.tables import KINDS, ItemRowKey, Rules, Tables
from tests.parity.writing import (
    alone,
    check_manages,
    check_version,
    delete,
    each,
    id_of,
    is_readable,
    put,
)

LOCALIZED: Final = ("name", "localizedDescription", "localizedSlug")


class Model:
    """What each tenant should hold and answer."""

    def __init__(self, rules: Rules) -> None:
        self.tables = Tables(rules)
        self.segment_rules = SegmentRules(self.tables)

    def state(self) -> State:
        tables = self.tables
        return {
            "segments": {key: tables.segment_document(key) for key in tables.segments},
            "customers": {key: tables.customer_document(key) for key in tables.customers},
            "items": {key: tables.item_document(key) for key in tables.items},
            "groups": {key: tables.group_document(key) for key in tables.groups},
        }

    # Segments

    def create_segment(self, who: Who, document: Document) -> Result:
        check_manages(who)
        segment_id = checked_segment_id(document.get("id"))
        content = segment_content(document)
        if segment_id in self.tables.segments:
            raise Refused("ALREADY_EXISTS")
        return put(self.tables.segments, segment_id, content, segment_id)

    def upsert_segment(self, who: Who, segment_id: str | None, document: Document) -> Result:
        check_manages(who)
        segment_id = checked_segment_id(segment_id)
        content, expected = segment_content(document), expected_version(document)
        check_version(self.tables.segments, segment_id, expected)
        return put(self.tables.segments, segment_id, content, segment_id)

    def patch_segment(self, who: Who, segment_id: str, operations: Sequence[Document]) -> Result:
        check_manages(who)
        check_patch(operations)
        if segment_id not in self.tables.segments:
            raise Refused("NOT_FOUND")
        if not operations:
            return Result(UNCHANGED, segment_id, self.tables.segments[segment_id]["version"])
        content = segment_content(patched(self.tables.segment_document(segment_id), operations))
        return put(self.tables.segments, segment_id, content, segment_id)

    def delete_segment(self, who: Who, segment_id: str, *, force: bool) -> Result:
        check_manages(who)
        tables = self.tables
        keys = (*tables.customers, *tables.items, *tables.groups)
        inside: list[Any] = [key for key in keys if key[0] == segment_id]
        if inside and not force:
            raise Refused("SEGMENT_IN_USE")
        for key in inside:
            tables.customers.pop(key, None)
            tables.items.pop(key, None)
            tables.groups.pop(key, None)
        self.segment_rules.forget_segment(segment_id)
        return delete(tables.segments, segment_id, segment_id)

    def create_segments(self, who: Who, documents: Sequence[Document]) -> list[Result]:
        return each(who, documents, lambda one: self.create_segment(who, one), id_of)

    def upsert_segments(self, who: Who, documents: Sequence[Document]) -> list[Result]:
        return each(who, documents, lambda one: self.upsert_segment(who, one.get("id"), one), id_of)

    def delete_segments(self, who: Who, ids: Sequence[str], *, force: bool) -> list[Result]:
        return each(who, ids, lambda one: self.delete_segment(who, one, force=force), str)

    # Customers in segments

    def assign_customer(self, who: Who, segment_id: str, key: CustomerKey, document: Document) -> Result:
        return alone(self.assign_customers(who, segment_id, [(key, document)]))

    def remove_customer(self, who: Who, segment_id: str, key: CustomerKey) -> Result:
        return alone(self.remove_customers(who, segment_id, [key]))

    def assign_customers(
        self, who: Who, segment_id: str, elements: Sequence[tuple[CustomerKey, Document]]
    ) -> list[Result]:
        def assign(element: tuple[CustomerKey, Document]) -> Result:
            (customer, legal_entity), document = element
            content, expected = assignment_content(document), expected_version(document)
            self._check_known("customers", customer)
            if legal_entity is not None:
                self._check_known("legalEntities", legal_entity)
            row_key = (segment_id, customer, legal_entity or "")
            check_version(self.tables.customers, row_key, expected)
            self.segment_rules.assigned(row_key)
            return put(self.tables.customers, row_key, content)

        self._check_parent(who, segment_id, [document for _, document in elements])
        return each(who, elements, assign)

    def remove_customers(self, who: Who, segment_id: str, keys: Sequence[CustomerKey]) -> list[Result]:
        def remove(key: CustomerKey) -> Result:
            row_key = (segment_id, key[0], key[1] or "")
            self.segment_rules.taken_out(row_key)
            return delete(self.tables.customers, row_key)

        return each(who, keys, remove)

    # Rules of segments

    def set_rule(self, who: Who, segment_id: str, name: str) -> Result:
        return self.segment_rules.set(who, segment_id, name)

    def pause_rule(self, who: Who, segment_id: str) -> Result:
        return self.segment_rules.pause(who, segment_id)

    def remove_rule(self, who: Who, segment_id: str, *, keep: bool) -> Result:
        return self.segment_rules.remove(who, segment_id, keep=keep)

    def release_customers(self, who: Who, segment_id: str, keys: Sequence[CustomerKey]) -> list[Result]:
        return self.segment_rules.release(who, segment_id, keys)

    def read_rule(self, who: Who, segment_id: str) -> Document:
        return self.segment_rules.read(who, segment_id)

    # Items in segments

    def assign_item(self, who: Who, segment_id: str, kind: str, item_id: str, document: Document) -> Result:
        return alone(self.assign_items(who, segment_id, kind, [(item_id, document)]))

    def remove_item(self, who: Who, segment_id: str, kind: str, item_id: str) -> Result:
        return alone(self.remove_items(who, segment_id, kind, [item_id]))

    def assign_items(
        self, who: Who, segment_id: str, kind: str, elements: Sequence[tuple[str, Document]]
    ) -> list[Result]:
        def assign(element: tuple[str, Document]) -> Result:
            item_id, document = element
            content, expected = assignment_content(document), expected_version(document)
            self._check_known(KINDS[kind], item_id)
            check_version(self.tables.items, (segment_id, kind, item_id), expected)
            return put(self.tables.items, (segment_id, kind, item_id), content)

        self._check_parent(who, segment_id, [document for _, document in elements])
        return each(who, elements, assign)

    def remove_items(self, who: Who, segment_id: str, kind: str, ids: Sequence[str]) -> list[Result]:
        return each(who, ids, lambda item_id: delete(self.tables.items, (segment_id, kind, item_id)))

    # Groups in segments

    def assign_group(self, who: Who, segment_id: str, group_id: str, document: Document) -> Result:
        def assign(document: Document) -> Result:
            content, expected = assignment_content(document), expected_version(document)
            known = self.tables.known["groups"].get(group_id, {})
            valid(known.get("userType") != "EMPLOYEE")
            self._check_known("groups", group_id)
            check_version(self.tables.groups, (segment_id, group_id), expected)
            return put(self.tables.groups, (segment_id, group_id), content)

        self._check_parent(who, segment_id, [document])
        return alone(each(who, [document], assign))

    def remove_group(self, who: Who, segment_id: str, group_id: str) -> Result:
        return alone(each(who, [(segment_id, group_id)], lambda key: delete(self.tables.groups, key)))

    def know(self, kind: str, documents: Sequence[Document]) -> list[str]:
        """Reference data, which only GraphQL writes: the effect of each."""
        effects: list[str] = []
        known = self.tables.known[kind]
        for document in documents:
            texts = {
                name: by_canonical_tag(document[name])
                for name in LOCALIZED
                if isinstance(document.get(name), Mapping)
            }
            assigned = {group_id for _, group_id in self.tables.groups} if kind == "groups" else set()
            if document["id"] in assigned and document["userType"] == "EMPLOYEE":
                effects.append("INVALID_INPUT")
                continue
            before, after = known.get(document["id"]), told({**document, **texts})
            effects.append(CREATED if before is None else UNCHANGED if before == after else UPDATED)
            known[document["id"]] = after
        self.segment_rules.settle()
        return effects

    def forget(self, kind: str, ids: Sequence[str], *, with_assignments: bool) -> list[str]:
        """Delete reference data, which only GraphQL does: the effect of each, or the code of its refusal."""
        effects = [self.tables.forget(kind, one, with_assignments=with_assignments) for one in ids]
        for one in ids if with_assignments else ():
            self.segment_rules.forget_customer(one)
        self.segment_rules.settle()
        return effects

    def _check_known(self, kind: str, reference_id: str) -> None:
        if self.tables.rules.enforce_references and reference_id not in self.tables.known[kind]:
            raise Refused("UNKNOWN_REFERENCE")

    def _check_parent(self, who: Who, segment_id: str, documents: Sequence[Document]) -> None:
        """An unknown segment fails the whole request (D36), if there is anything to assign to it."""
        check_manages(who)
        if segment_id not in self.tables.segments and any(map(is_readable, documents)):
            raise Refused("UNKNOWN_SEGMENT")

    # Reads

    def segments(
        self, who: Who, ask: Ask, *, customer: str | None = None, legal_entity: str | None = None
    ) -> Listed:
        tables, visible = self.tables, self.tables.visible_segments(who, legal_entity)
        if customer is not None:
            if "R" not in who.scopes:
                raise Refused("FORBIDDEN")
            visible = tables.segments_of(customer, tables.chosen(customer, legal_entity))
        return page_of(
            [
                (tables.segment_document(one), tables.segment_document(one, ask.language))
                for one in sorted(visible)
            ],
            ask,
        )

    def segment(
        self, who: Who, segment_id: str, language: str, *, legal_entity: str | None = None
    ) -> Document:
        if segment_id not in self.tables.visible_segments(who, legal_entity):
            raise Refused("NOT_FOUND")
        return self.tables.segment_document(segment_id, language)

    def own_segments(self, who: Who, ask: Ask) -> Listed:
        tables = self.tables
        own = sorted(tables.own_segments(who))
        return page_of(
            [(tables.segment_document(one), tables.segment_document(one, ask.language)) for one in own], ask
        )

    def groups(self, who: Who, segment_id: str, ask: Ask) -> Listed:
        tables = self.tables
        keys = [key for key in tables.visible_group_rows(who) if key[0] == segment_id]
        return page_of(
            [(tables.group_document(key), tables.group_document(key, ask.language)) for key in keys], ask
        )

    def group(self, who: Who, segment_id: str, group_id: str, language: str) -> Document:
        if (segment_id, group_id) not in self.tables.visible_group_rows(who):
            raise Refused("NOT_FOUND")
        return self.tables.group_document((segment_id, group_id), language)

    def customers(self, who: Who, segment_id: str, ask: Ask) -> Listed:
        keys = [key for key in self.tables.visible_customer_rows(who) if key[0] == segment_id]
        documents = [self.tables.customer_document(key) for key in keys]
        return page_of([(document, document) for document in documents], ask)

    def customer(self, who: Who, segment_id: str, key: CustomerKey) -> Document:
        row_key = (segment_id, key[0], key[1] or "")
        if row_key not in self.tables.visible_customer_rows(who):
            raise Refused("NOT_FOUND")
        return self.tables.customer_document(row_key)

    def items(self, who: Who, which: ItemsAsk, ask: Ask) -> Listed:
        return page_of(self._item_rows(who, which, ask.language), ask)

    def _item_rows(self, who: Who, which: ItemsAsk, language: str) -> Iterator[Row]:
        tables, visible = self.tables, self.tables.visible_segments(who, which.legal_entity)
        for key in sorted(tables.items):
            segment_id = key[0]
            if (
                segment_id in visible
                and which.segment_id in {None, segment_id}
                and which.site_code in {None, tables.segments[segment_id]["siteCode"]}
                and (tables.is_active(segment_id) or not which.only_active)
            ):
                yield tables.item_document(key), tables.item_document(key, language)

    def item(
        self,
        who: Who,
        segment_id: str,
        kind: str,
        item_id: str,
        language: str,
        *,
        legal_entity: str | None = None,
    ) -> Document:
        key: ItemRowKey = (segment_id, kind, item_id)
        if segment_id not in self.tables.visible_segments(who, legal_entity) or key not in self.tables.items:
            raise Refused("NOT_FOUND")
        return self.tables.item_document(key, language)

    def trees(
        self, who: Who, language: str, *, site_code: str | None = None, legal_entity: str | None = None
    ) -> list[Document]:
        tables = self.tables
        own = tables.own_segments(who, legal_entity)
        return forest(
            tables, [one for one in own if site_code in {None, tables.segments[one]["siteCode"]}], language
        )

    def match(self, who: Who, site_code: str, items: Sequence[str], segments: Sequence[str]) -> list[str]:
        check_manages(who)
        tables = self.tables
        meant = {
            one
            for one in set(segments) & set(tables.segments)
            if tables.is_active(one) and tables.segments[one]["siteCode"] == site_code
        }
        held = {(kind, item_id) for segment_id, kind, item_id in tables.items if segment_id in meant}

        def matches(product: str) -> bool:
            categories = tables.known["products"].get(product, {}).get("categoryIds", ())
            return ("PRODUCT", product) in held or any(("CATEGORY", one) in held for one in categories)

        return [product for product in dict.fromkeys(items) if matches(product)]
