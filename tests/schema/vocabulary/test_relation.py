from typing import Any, cast

import pytest

from resolvers.access import Reader
from resolvers.values.language import LanguagePreference
from schema.vocabulary.relation import ToFew, ToMany, ToOne, TopList, linked_row

READER = cast("Reader", None)
PAGING: dict[str, Any] = dict.fromkeys(("q", "where", "order_by", "first", "after", "last", "before"))


class Context:
    language = LanguagePreference()

    def count_filter(self, q: str) -> None:
        raise AssertionError(q)


async def no_rows(*_: Any, **__: Any) -> dict[str, Any]:
    return {}


def to_one(**members: Any) -> ToOne:
    return ToOne(node=lambda _: "Segment", key=lambda row: row["id"], batch=no_rows, **members)


@pytest.mark.parametrize(
    ("relation", "target", "linked"),
    [
        (to_one(), {"id": "b"}, {"id": "b"}),
        (to_one(), None, None),
        (to_one(unknown=lambda row: {"id": row["id"]}), None, {"id": "a"}),
        (to_one(withheld=lambda _row: {"id": "hidden"}), None, {"id": "hidden"}),
    ],
)
def test_a_missing_row_may_have_a_substitute(relation: ToOne, target: Any, linked: Any) -> None:
    assert linked_row(relation, {"id": "a"}, target) == linked


async def test_few_rows_come_for_each_key() -> None:
    calls: list[list[str]] = []

    async def batch(_reader: Reader, keys: Any, /, *, columns: Any = ()) -> dict[str, list[Any]]:
        calls.append(list(keys))
        return {"a": [{"id": "x", "columns": columns}]}

    relation = ToFew("LegalEntity", key=lambda row: row["id"], batch=batch)
    rows = await relation.rows(READER, ["a", "b", "a"], ["name"])
    assert [list(linked) for linked in rows] == [
        [{"id": "x", "columns": ["name"]}],
        [],
        [{"id": "x", "columns": ["name"]}],
    ]
    assert calls == [["a", "b"]]


@pytest.mark.parametrize("kind", [ToMany, TopList])
def test_a_request_separates_its_own_arguments_and_checks_them(kind: type[ToMany]) -> None:
    selections: list[dict[str, Any]] = []

    def rows(_reader: Reader, **selection: Any) -> Any:
        selections.append(selection)

    relation: Any = (
        ToMany("Segment", children=rows, maximum=7)
        if kind is ToMany
        else TopList("Segment", rows=rows, maximum=7)
    )
    request = relation.request(Context(), READER, {**PAGING, "site_code": "main", "only": True})
    assert request.selection == (("only", True), ("site_code", "main"))
    assert request.query.window.limit == 7
    assert selections == [{"site_code": "main", "only": True}]
