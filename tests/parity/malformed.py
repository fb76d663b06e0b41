"""Requests that nobody can answer: each is INVALID at both APIs, and changes nothing."""

from collections.abc import Callable, Mapping
from typing import Final

from tests.parity.service import Ask, Service, Who

READER: Final = Who("R")
WRITER: Final = Who("M")
SEGMENT: Final = {"name": {"en": "Gold"}, "siteCode": "main"}

MALFORMED: Final[Mapping[str, Callable[[Service], object]]] = {
    f"q {q}": lambda service, q=q: service.segments(READER, Ask(q_text=q))
    for q in ("active", "nosuch:1", "id:()", "metadata.version:>abc", "name.en:~[", "name.en:(a,b", "id:\0")
} | {
    "q of a search": lambda service: service.segments(READER, Ask(q_text="active", by_search=True)),
    "a page of less than nothing": lambda service: service.segments(READER, Ask(size=-1)),
    "a reserved id": lambda service: service.create_segment(WRITER, {**SEGMENT, "id": "bulk"}),
    "an id with a blank": lambda service: service.upsert_segment(WRITER, "a b", SEGMENT),
    "a patch of an id with a blank": lambda service: service.patch_segment(WRITER, "a b", []),
    "a deletion of an id with a blank": lambda service: service.delete_segment(WRITER, "a b", force=True),
    "an id that is too long": lambda service: service.upsert_segment(WRITER, "x" * 129, SEGMENT),
    "a status of no kind": lambda service: service.upsert_segment(
        WRITER, "s1", {**SEGMENT, "status": "active"}
    ),
    "an instant that is none": lambda service: service.upsert_segment(
        WRITER, "s1", {**SEGMENT, "validity": {"from": "soon"}}
    ),
    "a version below nothing": lambda service: service.upsert_segment(
        WRITER, "s1", {**SEGMENT, "metadata": {"version": -1}}
    ),
    "U+0000 in a text": lambda service: service.upsert_segment(
        WRITER, "s1", {**SEGMENT, "name": {"en": "\0"}}
    ),
    "U+0000 in a mixin": lambda service: service.upsert_segment(
        WRITER, "s1", {**SEGMENT, "mixins": {"a": {"b": ["\0"]}}}
    ),
    "a patch of what cannot be written": lambda service: service.patch_segment(
        WRITER, "s1", [{"op": "replace", "path": "/id", "value": "s2"}]
    ),
    "a pointer that is none": lambda service: service.patch_segment(
        WRITER, "s1", [{"op": "remove", "path": "name"}]
    ),
    "a reserved customer": lambda service: service.assign_customer(WRITER, "s1", ("search", "acme"), {}),
    "a customer with U+0000": lambda service: service.remove_customer(WRITER, "s1", ("\0", None)),
    "a customer of a segment with a blank": lambda service: service.remove_customer(
        WRITER, "a b", ("anna", None)
    ),
    "an item with a line break": lambda service: service.assign_item(WRITER, "s1", "PRODUCT", "a\nb", {}),
    "an item of no kind": lambda service: service.remove_item(WRITER, "s1", "product", "drill"),
    "items of no kind": lambda service: service.remove_items(WRITER, "s1", "SERVICE", ["drill"]),
    "a mixin that is no object": lambda service: service.assign_item(
        WRITER, "s1", "PRODUCT", "drill", {"mixins": {"a": 1}}
    ),
}
