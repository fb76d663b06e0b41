"""Steps that write segments."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.parity import strategies as some
from tests.parity.machine import APIS, OTHER, TENANTS, ParityMachine, answer_of, check_agreement, seen_at
from tests.parity.service import CREATED, Document, Result, Who

GENERATED_ID: Final = re.compile("[0-9a-f]{24}")
SERVICE: Final = Who("M")

ids_or_none = st.one_of(some.segment_ids, some.segment_ids, st.sampled_from((None, "bulk", "a b")))
bulk_segments = st.lists(st.tuples(ids_or_none, some.segments(), some.versions), max_size=4)


class SegmentWrites(ParityMachine):
    """Segments, one by one and in bulk."""

    @rule(at=TENANTS, api=APIS, who=some.managers, segment_id=some.segment_ids, document=some.segments())
    def create_segment(self, *, at: int, api: str, who: Who, segment_id: str, document: Document) -> None:
        self.write(at, api, lambda service: service.create_segment(who, {**document, "id": segment_id}))

    @rule(at=TENANTS, api=APIS, document=some.segments())
    def create_segment_without_id(self, *, at: int, api: str, document: Document) -> None:
        self._make(at, api, [document], lambda service, made: [service.create_segment(SERVICE, made[0])])

    @rule(
        at=TENANTS,
        api=APIS,
        who=some.managers,
        segment_id=some.segment_ids,
        document=some.segments(),
        version=some.versions,
    )
    def upsert_segment(
        self, *, at: int, api: str, who: Who, segment_id: str, document: Document, version: str
    ) -> None:
        said = self._segment_seen_at(at, segment_id, document, version)
        self.write(at, api, lambda service: service.upsert_segment(who, segment_id, said))

    @rule(
        at=TENANTS,
        api=APIS,
        who=some.managers,
        segment_id=some.segment_ids,
        operations=some.operations,
    )
    def patch_segment(
        self, *, at: int, api: str, who: Who, segment_id: str, operations: list[Document]
    ) -> None:
        self.write(at, api, lambda service: service.patch_segment(who, segment_id, operations))

    @rule(at=TENANTS, api=APIS, who=some.managers, segment_id=some.segment_ids, force=some.forces)
    def delete_segment(self, *, at: int, api: str, who: Who, segment_id: str, force: bool) -> None:
        self.write(at, api, lambda service: service.delete_segment(who, segment_id, force=force))

    @rule(at=TENANTS, api=APIS, elements=bulk_segments)
    def create_segments(self, *, at: int, api: str, elements: list[tuple[str | None, Document, str]]) -> None:
        documents = [_with_id(segment_id, document) for segment_id, document, _ in elements]
        self._make(at, api, documents, lambda service, made: service.create_segments(SERVICE, made))

    @rule(at=TENANTS, api=APIS, elements=bulk_segments)
    def upsert_segments(self, *, at: int, api: str, elements: list[tuple[str | None, Document, str]]) -> None:
        documents = [
            _with_id(segment_id, self._segment_seen_at(at, segment_id, document, version))
            for segment_id, document, version in elements
        ]
        self._make(at, api, documents, lambda service, made: service.upsert_segments(SERVICE, made))

    @rule(
        at=TENANTS,
        api=APIS,
        who=some.managers,
        ids=st.lists(some.segment_ids, max_size=2),
        force=some.forces,
    )
    def delete_segments(self, *, at: int, api: str, who: Who, ids: list[str], force: bool) -> None:
        self.write(at, api, lambda service: service.delete_segments(who, ids, force=force))

    def _segment_seen_at(self, at: int, segment_id: str | None, document: Document, version: str) -> Document:
        return seen_at(document, self.tenants[at].model.tables.segments.get(segment_id or ""), version)

    def _make(
        self,
        at: int,
        api: str,
        documents: Sequence[Document],
        work: Callable[[Any, Sequence[Document]], list[Result]],
    ) -> None:
        """Write segments, some without an id; those that the gateway has named are deleted again."""
        tenant = self.tenants[at]
        seen = answer_of(lambda: work(tenant.apis[api], documents))
        results = seen if isinstance(seen, list) else [Result(seen)] * len(documents)
        named = [_named(document, result) for document, result in zip(documents, results, strict=True)]
        check_agreement(seen, answer_of(lambda: work(tenant.model, named)))
        tenant.check_state(OTHER[api])
        new_ids = [one["id"] for one, given in zip(named, documents, strict=True) if one is not given]
        assert all(GENERATED_ID.fullmatch(new_id) for new_id in new_ids)
        if new_ids:
            self.write(at, api, lambda service: service.delete_segments(SERVICE, new_ids, force=False))


def _with_id(segment_id: str | None, document: Document) -> Document:
    return document if segment_id is None else {**document, "id": segment_id}


def _named(document: Document, result: Result) -> Document:
    """The document with the id that the gateway has made for it, if it has."""
    return document if "id" in document or result.effect != CREATED else {**document, "id": result.id}
