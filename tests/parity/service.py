"""What can be asked of the gateway, in the words of neither API.

Three speak this language: the model, which is the rules in plain Python, and the two APIs.
Documents are the contract's, with members that say nothing left out. A localized text is the
whole map where the language is `*`, and else the one text that is shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from tests.parity.filtering import Clause

Document: TypeAlias = Mapping[str, Any]
CustomerKey: TypeAlias = tuple[str, str | None]
"""A customer, and the legal entity on whose behalf they are in the segment."""
Sort: TypeAlias = tuple[tuple[str, bool], ...]
"""Fields, and whether they descend."""
State: TypeAlias = dict[str, dict[Any, Document]]
"""Every row, by table and key."""

CREATED: Final = "CREATED"
UPDATED: Final = "UPDATED"
DELETED: Final = "DELETED"
UNCHANGED: Final = "UNCHANGED"
DONE: Final = "DONE"
"""One of the three before: REST says 204 to all of them."""

ANY: Final = "ANY"
"""Any of the four: GraphQL shows the rule that was set, and not whether it is new."""

INVALID: Final = "INVALID"
"""INVALID_INPUT or INVALID_ARGUMENT: what stands in REST's path is part of GraphQL's input."""


@dataclass(frozen=True, slots=True)
class Who:
    """A caller. `scopes` are letters: R reads all, O reads own, M manages."""

    scopes: str
    customer: str | None = None
    legal_entity: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What one write did, or the code of what kept it from being done; None where the API does not say."""

    effect: str
    id: str | None = None
    version: int | None = None

    def agrees_with(self, expected: "Result") -> bool:
        """Whether an API said this of what should have happened."""
        effects = {UPDATED, DELETED, UNCHANGED, *([CREATED] if self.effect == ANY else [])}
        done = self.effect in {DONE, ANY} and expected.effect in effects
        return (
            (done or self.effect == expected.effect)
            and self.id in {None, expected.id}
            and self.version in {None, expected.version}
        )


@dataclass(frozen=True, slots=True)
class Ask:
    """What of a list is wanted, and how."""

    clauses: tuple[Clause, ...] = ()
    sort: Sort = ()
    size: int = 60
    number: int = 1
    language: str = "*"
    fields: tuple[str, ...] = ()
    """The members to show, all of them where none is named."""
    by_cursor: bool = False
    """REST follows cursors instead of counting pages; GraphQL always does."""
    from_end: bool = False
    """Pages are counted from the end, and follow cursors at both APIs."""
    by_search: bool = False
    """REST uses the search operation, where there is one."""
    q_text: str | None = None
    """A `q` that is not made of clauses."""

    @property
    def q(self) -> str:
        """The filter as both APIs take it."""
        return " ".join(map(str, self.clauses)) if self.q_text is None else self.q_text


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list, and how long the list is."""

    documents: list[Document]
    total: int


@dataclass(frozen=True, slots=True)
class ItemsAsk:
    """Which items: of one segment, or those of all segments on a site, or of the active ones."""

    segment_id: str | None = None
    site_code: str | None = None
    legal_entity: str | None = None
    only_active: bool = False


class Refused(Exception):
    """The whole request was refused."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Service(Protocol):
    """One tenant. Everything raises Refused."""

    def state(self) -> State: ...

    def create_segment(self, who: Who, document: Document) -> Result: ...
    def upsert_segment(self, who: Who, segment_id: str, document: Document) -> Result: ...
    def patch_segment(self, who: Who, segment_id: str, operations: Sequence[Document]) -> Result: ...
    def delete_segment(self, who: Who, segment_id: str, *, force: bool) -> Result: ...
    def create_segments(self, who: Who, documents: Sequence[Document]) -> list[Result]: ...
    def upsert_segments(self, who: Who, documents: Sequence[Document]) -> list[Result]: ...
    def delete_segments(self, who: Who, ids: Sequence[str], *, force: bool) -> list[Result]: ...

    def assign_customer(self, who: Who, segment_id: str, key: CustomerKey, document: Document) -> Result: ...
    def remove_customer(self, who: Who, segment_id: str, key: CustomerKey) -> Result: ...
    def assign_customers(
        self, who: Who, segment_id: str, elements: Sequence[tuple[CustomerKey, Document]]
    ) -> list[Result]: ...
    def remove_customers(self, who: Who, segment_id: str, keys: Sequence[CustomerKey]) -> list[Result]: ...

    def assign_item(
        self, who: Who, segment_id: str, kind: str, item_id: str, document: Document
    ) -> Result: ...
    def remove_item(self, who: Who, segment_id: str, kind: str, item_id: str) -> Result: ...
    def assign_items(
        self, who: Who, segment_id: str, kind: str, elements: Sequence[tuple[str, Document]]
    ) -> list[Result]: ...
    def remove_items(self, who: Who, segment_id: str, kind: str, ids: Sequence[str]) -> list[Result]: ...

    def assign_group(self, who: Who, segment_id: str, group_id: str, document: Document) -> Result: ...
    def remove_group(self, who: Who, segment_id: str, group_id: str) -> Result: ...

    def set_rule(self, who: Who, segment_id: str, name: str) -> Result: ...
    def pause_rule(self, who: Who, segment_id: str) -> Result: ...
    def remove_rule(self, who: Who, segment_id: str, *, keep: bool) -> Result: ...
    def release_customers(self, who: Who, segment_id: str, keys: Sequence[CustomerKey]) -> list[Result]: ...
    def read_rule(self, who: Who, segment_id: str) -> Document: ...

    def segments(
        self, who: Who, ask: Ask, *, customer: str | None = None, legal_entity: str | None = None
    ) -> Listed: ...
    def segment(
        self, who: Who, segment_id: str, language: str, *, legal_entity: str | None = None
    ) -> Document: ...
    def own_segments(self, who: Who, ask: Ask) -> Listed: ...
    def groups(self, who: Who, segment_id: str, ask: Ask) -> Listed: ...
    def group(self, who: Who, segment_id: str, group_id: str, language: str) -> Document: ...
    def customers(self, who: Who, segment_id: str, ask: Ask) -> Listed: ...
    def customer(self, who: Who, segment_id: str, key: CustomerKey) -> Document: ...
    def items(self, who: Who, which: ItemsAsk, ask: Ask) -> Listed: ...
    def item(
        self,
        who: Who,
        segment_id: str,
        kind: str,
        item_id: str,
        language: str,
        *,
        legal_entity: str | None = None,
    ) -> Document: ...
    def trees(
        self, who: Who, language: str, *, site_code: str | None = None, legal_entity: str | None = None
    ) -> list[Document]: ...
    def match(self, who: Who, site_code: str, items: Sequence[str], segments: Sequence[str]) -> list[str]: ...
