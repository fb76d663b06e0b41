"""What the model answers to reads: pages of lists, and category trees (behaviour "Lists", D43)."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from tests.parity.documents import cut, told
from tests.parity.filtering import LOCALIZED
from tests.parity.language import picked, shown
from tests.parity.service import Ask, Document, Listed
from tests.parity.tables import Tables

Row: TypeAlias = tuple[Document, Document]
"""A document with all its texts, and as the reader sees it."""
NO_POSITION: Final = 2**31


def page_of(rows: Iterable[Row], ask: Ask) -> Listed:
    """The page of rows that come in their default order."""
    chosen = [row for row in rows if all(clause.holds(row[0]) for clause in ask.clauses)]
    for path, descending in reversed(ask.sort):
        chosen.sort(key=lambda row: _sort_key(row[0], path, ask.language), reverse=descending)
    if ask.from_end:
        stop = max(len(chosen) - (ask.number - 1) * ask.size, 0)
        start = max(stop - ask.size, 0)
    else:
        start = (ask.number - 1) * ask.size
        stop = start + ask.size
    return Listed([cut(seen, ask.fields) for _, seen in chosen[start:stop]], len(chosen))


def _sort_key(document: Document, path: str, language: str) -> tuple[bool, Any]:
    """Missing values come first (D20)."""
    value: Any = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    if path in LOCALIZED and value is not None:
        value = picked(value, language)
    return (False, "") if value is None else (True, value)


def forest(tables: Tables, segment_ids: Iterable[str], language: str) -> list[Document]:
    """The categories in the segments under their ancestors (D43)."""
    known = tables.known["categories"]
    held = set(segment_ids)
    assigned = {
        item_id for segment_id, kind, item_id in tables.items if kind == "CATEGORY" and segment_id in held
    }
    branch = set(assigned)
    for category_id in assigned:
        above = known.get(category_id, {}).get("parentId")
        while above in known and above not in branch:
            branch.add(above)
            above = known[above].get("parentId")

    def grown(parent: str | None) -> list[Document]:
        here = [one for one in branch if _parent_in(known, branch, one) == parent]
        return [tree(one) for one in sorted(here, key=lambda one: _rank(known.get(one, {}), one))]

    def tree(category_id: str) -> Document:
        category = known.get(category_id, {})
        code = category.get("code") or ""
        texts = ("name", "localizedDescription", "localizedSlug")
        return told(
            {
                **category,
                **{member: shown(category.get(member), language) for member in texts},
                "id": category_id,
                "code": code if code.strip() else category_id,
                "parentId": _parent_in(known, branch, category_id),
                "subcategories": grown(category_id),
            }
        ) | {"isSegmentAssigned": category_id in assigned}

    return grown(None)


def _parent_in(known: Mapping[str, Document], branch: set[str], category_id: str) -> str | None:
    """The category under which it is shown; a circle is cut above the first of its ids."""

    def above(one: str) -> str | None:
        parent: str | None = known.get(one, {}).get("parentId")
        return parent if parent in branch else None

    way = [category_id]
    while (parent := above(way[-1])) is not None and parent not in way:
        way.append(parent)
    return None if parent == category_id == min(way) else above(category_id)


def _rank(category: Document, category_id: str) -> tuple[int, str]:
    return (category.get("position", NO_POSITION), category_id)
