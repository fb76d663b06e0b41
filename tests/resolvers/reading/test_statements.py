"""A list's statement is built once for all values, cursors and pages, and answers each with its own rows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import pytest

import models.connection.session
from models.sql.ordering import Order
from models.sql.prepared import Prepared, Query, prepare
from resolvers.access import Reader
from resolvers.category_tree import category_trees
from resolvers.customer_assignment import customer_assignments_by_key, customer_assignments_of_segments
from resolvers.errors import InvalidArgument
from resolvers.item_assignment import item_assignments_by_key
from resolvers.reading.listing import parse_filter, parse_order
from resolvers.reading.page import ListQuery, Page, Window
from resolvers.reading.statements import STATEMENTS
from resolvers.segment.read import segments
from tests.factories.documents import segment
from tests.factories.shop import Shop

Built: TypeAlias = list[Query]


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Built:
    """Every statement that is made ready to run."""
    seen: Built = []

    def remember(statement: Query, dialect: Any, *, keeps_source: bool) -> Prepared:
        seen.append(statement)
        return prepare(statement, dialect, keeps_source=keeps_source)

    monkeypatch.setattr(models.connection.session, "prepare", remember)
    return seen


@pytest.fixture(autouse=True)
async def shelf(shop: Shop) -> Shop:
    """Segments a to f; every other is of the site `even`, the others end on a day of May 2030."""
    for position, one in enumerate("abcdef"):
        is_even = position % 2 == 0
        ends = {} if is_even else {"validity": {"to": f"2030-05-0{position}T00:00:00Z"}}
        mixins = {"m": {"tier": one, "rank": position}}
        site = "even" if is_even else "odd"
        await shop.segments(segment(one, siteCode=site, name={"en": one.upper()}, mixins=mixins, **ends))
        await shop.customers((one, "anna"), (one, f"c{position}"))
    return shop


def asked(q: str | None = None, window: Window | None = None, sort: str | None = None) -> ListQuery:
    return ListQuery(window or Window(10), parse_filter(q), parse_order(sort))


async def page_of(shop: Shop, query: ListQuery) -> Page:
    return await shop.read(lambda reader: segments(reader).page(query))


async def ids(shop: Shop, query: ListQuery) -> str:
    return "".join(row["id"] for row in (await page_of(shop, query)).rows)


async def total(shop: Shop, query: ListQuery) -> int:
    return await shop.read(lambda reader: segments(reader).total(query))


@pytest.mark.parametrize(
    ("first", "others"),
    [
        (
            ("siteCode:even", "ace"),
            [("siteCode:odd", "bdf"), ("siteCode:none", ""), ("siteCode:(odd)", "bdf")],
        ),
        (("id:(a,b)", "ab"), [("id:(c,f)", "cf"), ("id:(x,y)", "")]),
        (("id:>b", "cdef"), [("id:>e", "f")]),
        (("name.en:A", "a"), [("name.en:C", "c")]),
        (("name:(A,B)", "ab"), [("name:(C,x)", "c")]),
        (("metadata.version:1", "abcdef"), [("metadata.version:2", "")]),
        (
            ("validity.to:>2030-05-01", "df"),
            [("validity.to:>2030-05-03", "f"), ("validity.to:>2031-01-01", "")],
        ),
        (
            ("siteCode:even id:>a id:<=c", "c"),
            [("siteCode:odd id:>a id:<=d", "bd"), ("siteCode:odd id:>b id:<=z", "df")],
        ),
    ],
)
async def test_new_values_build_nothing_and_find_their_own_rows(
    shop: Shop, built: Built, first: tuple[str, str], others: list[tuple[str, str]]
) -> None:
    for build, (q, expected) in enumerate([first, *others]):
        built.clear()
        assert await ids(shop, asked(q)) == expected
        assert await total(shop, asked(q)) == len(expected)
        assert not (build and built)


@pytest.mark.parametrize("path", ["validity.to", "mixins.m.ends"])
async def test_another_distance_from_now_and_another_now_build_nothing(
    shop: Shop, built: Built, path: str
) -> None:
    """b, d and f end on 1, 3 and 5 May 2030."""
    for position, one in enumerate("bdf", 1):
        ends = f"2030-05-0{position * 2 - 1}T00:00:00Z"
        mixins = {"m": {"ends": ends}}
        await shop.segments(segment(one, validity={"to": ends}, mixins=mixins))
    STATEMENTS.clear()
    may = datetime(2030, 5, 3, tzinfo=UTC)
    for number, (q, now, expected) in enumerate(
        (
            ("<now", may, "b"),
            ("<now", may + timedelta(milliseconds=1), "bd"),
            ("<now-P1D", may, "b"),
            ("<now+P1M", may, "bdf"),
            ("<2030-05-03", may, "b"),
            ("<now-PT0.001S", may - timedelta(days=30), ""),
        )
    ):
        built.clear()

        async def read(reader: Reader, q: str = q, now: datetime = now) -> tuple[str, int]:
            then = replace(reader, now=now)
            found = await segments(then).page(asked(path + ":" + q))
            return "".join(row["id"] for row in found.rows), await segments(then).total(asked(path + ":" + q))

        assert await shop.read(read) == (expected, len(expected))
        assert number < 2 or not built


@pytest.mark.parametrize("sort", [None, "mixins.m.rank:desc", "mixins.n.x,mixins.m.tier"])
async def test_new_names_under_mixins_build_nothing_from_the_third_request(
    shop: Shop, built: Built, sort: str | None
) -> None:
    """The first of a shape is not kept: clients can make any number of shapes."""
    STATEMENTS.clear()
    counts = []
    for q, expected in (
        ("mixins.m.tier:a", "a"),
        ("mixins.m.tier:b", "b"),
        ("mixins.m.tier:c", "c"),
        ("mixins.x.tier:c", ""),
        ("mixins.m.rank:c", ""),
        ("mixins.tier.m:c", ""),
    ):
        built.clear()
        assert await ids(shop, asked(q, sort=sort)) == expected
        assert await total(shop, asked(q, sort=sort)) == len(expected)
        counts.append(len(built))
    assert counts[2:] == [0, 0, 0, 0]
    assert counts[0] == 2


@pytest.mark.parametrize("q", ["mixins.a{}:exists", "mixins.m.rank:{}", "mixins.m.tier:~x{}"])
async def test_statements_that_are_requested_once_are_not_kept(shop: Shop, q: str) -> None:
    await ids(shop, asked("mixins.m.z:exists mixins.m.y:exists mixins.m.x:exists"))
    before = len(STATEMENTS)
    repeated = ["", *(f"mixins.z.{'y.' * depth}x:exists" for depth in range(8))]
    for number, other in enumerate(repeated):
        await ids(shop, asked(f"{q.format(number)} {other} {other}"))
    assert len(STATEMENTS) == before


@pytest.mark.parametrize(
    ("sort", "other"),
    [("mixins.m.rank", "mixins.m.tier"), ("mixins.m.rank:desc", "mixins.n.tier:desc")],
)
async def test_cursors_belong_to_the_names_that_are_sorted_by(shop: Shop, sort: str, other: str) -> None:
    for _ in range(3):
        whole = await page_of(shop, asked(sort=sort))
        order = "".join(row["id"] for row in whole.rows)
        assert order == ("fedcba" if sort.endswith("desc") else "abcdef")
        for at, row in enumerate(whole.rows):
            window = Window(9, after=whole.cursor(row))
            assert await ids(shop, asked(window=window, sort=sort)) == order[at + 1 :]
            with pytest.raises(InvalidArgument, match="belongs to another list, filter or sort"):
                await page_of(shop, asked(window=window, sort=other))


async def test_values_that_decide_the_sql_are_not_mixed_up(shop: Shop) -> None:
    for _ in range(2):
        for q, expected in (
            ("mixins.m.rank:1", "b"),
            ('mixins.m.rank:"1"', ""),
            ("mixins.m.rank:3", "d"),
            ("mixins.m.rank:>3", "ef"),
            ('mixins.m.rank:>"3"', ""),
            ("mixins.m.rank:(1,3)", "bd"),
            ("mixins.m.rank:(1,x)", "b"),
            ("mixins.m.tier:>2030-01-01", ""),
            ("mixins.m.tier:>e", "f"),
            ("id:~[ab]", "ab"),
            ("id:~[cd]", "cd"),
            ("metadata.version:>0.5", "abcdef"),
            ("metadata.version:<1.5", "abcdef"),
            ("metadata.version:1.5", ""),
            ("metadata.version:<9e99", "abcdef"),
        ):
            assert await ids(shop, asked(q)) == expected, q


@pytest.mark.parametrize("sort", [None, "id:desc", "name", "siteCode:desc,name.en"])
async def test_new_cursors_build_nothing_and_go_on_from_their_own_row(
    shop: Shop, built: Built, sort: str | None
) -> None:
    whole = await page_of(shop, asked(sort=sort))
    order = "".join(row["id"] for row in whole.rows)
    cursors = [whole.cursor(row) for row in whole.rows]
    for at, cursor in enumerate(cursors):
        built.clear()
        assert await ids(shop, asked(window=Window(2, after=cursor), sort=sort)) == order[at + 1 : at + 3]
        back = Window(2, before=cursor, from_back=True)
        assert await ids(shop, asked(window=back, sort=sort)) == order[:at][-2:]
        between = Window(9, after=cursors[0], before=cursor)
        assert await ids(shop, asked(window=between, sort=sort)) == order[1:at]
        assert not (at and built)


async def test_a_cursor_with_a_missing_value_has_a_statement_of_its_own(shop: Shop, built: Built) -> None:
    whole = await page_of(shop, asked(sort="validity.to"))
    assert "".join(row["id"] for row in whole.rows) == "acebdf"
    counts = []
    for at, row in enumerate(whole.rows):
        built.clear()
        window = Window(9, after=whole.cursor(row))
        assert await ids(shop, asked(window=window, sort="validity.to")) == "acebdf"[at + 1 :]
        counts.append(len(built))
    assert counts[1:] == [0, 0, 1, 0, 0]


async def test_pages_by_number_and_of_any_size_share_a_statement(shop: Shop, built: Built) -> None:
    await ids(shop, asked(window=Window(1, offset=0)))
    await ids(shop, asked(window=Window(1)))
    built.clear()
    assert await ids(shop, asked(window=Window(2, offset=3))) == "de"
    assert await ids(shop, asked(window=Window(3, offset=5))) == "f"
    assert await ids(shop, asked(window=Window(4))) == "abcd"
    assert built == []


Children: TypeAlias = tuple[dict[str, str], dict[str, int], list[str]]


async def customers(shop: Shop, q: str, window: Window) -> Children:
    """The customers of `a` and of `b`, how many there are, and the cursors of all rows."""

    async def read(reader: Reader) -> Children:
        children = customer_assignments_of_segments(reader)
        pages = await children.pages(["a", "b"], asked(q, window))
        found = {parent: " ".join(row["customer_id"] for row in page.rows) for parent, page in pages.items()}
        cursors = [page.cursor(row) for page in pages.values() for row in page.rows]
        return found, await children.totals(["a", "b"], asked(q)), cursors

    return await shop.read(read)


async def test_children_of_many_parents_share_statements_too(shop: Shop, built: Built) -> None:
    found, totals, cursors = await customers(shop, "customer.id:(anna,c0)", Window(9))
    assert (found, totals) == ({"a": "anna c0", "b": "anna"}, {"a": 2, "b": 1})
    await customers(shop, "customer.id:(anna,c0)", Window(9, after=cursors[1]))
    built.clear()
    found, totals, cursors = await customers(shop, "customer.id:(anna,c1)", Window(1))
    assert (found, totals) == ({"a": "anna", "b": "anna"}, {"a": 1, "b": 2})
    found, _, _ = await customers(shop, "customer.id:(anna,c1)", Window(9, after=cursors[0]))
    assert found == {"a": "", "b": "c1"}
    assert built == []


async def test_a_cursor_belongs_to_the_values_of_its_filter(shop: Shop) -> None:
    """Although the statement is the same."""
    found = await page_of(shop, asked("siteCode:even"))
    cursor = found.cursor(found.rows[0])
    assert await ids(shop, asked("siteCode:even", Window(9, after=cursor))) == "ce"
    for q in ("siteCode:odd", "siteCode:(even)", None):
        with pytest.raises(InvalidArgument, match="belongs to another list, filter or sort") as refusal:
            await page_of(shop, asked(q, Window(9, after=cursor)))
        assert refusal.value.path == ("after",)


async def test_a_cursor_does_not_care_where_in_q_a_clause_stands(shop: Shop) -> None:
    found = await page_of(shop, asked("siteCode:even"))
    cursor = found.cursor(found.rows[0])
    assert await ids(shop, asked("   siteCode:even", Window(9, after=cursor))) == "ce"


@pytest.mark.parametrize(
    ("query", "path", "message"),
    [
        (
            lambda: asked("colour:red", Window(1, after="no"), "taste"),
            "sort",
            "There is no field 'taste' in segments.",
        ),
        (lambda: asked("colour:red", Window(1, after="no")), "q", "There is no field 'colour' in segments."),
        (
            lambda: asked("id:a metadata.version:x", Window(1, after="no")),
            "q",
            "metadata.version: 'x' is not",
        ),
        (lambda: asked("id:a", Window(1, after="no", before="no")), "after", "This is not a cursor"),
        (lambda: asked("id:a", Window(1, before="no")), "before", "This is not a cursor"),
        (lambda: asked("id:~[ metadata.version:x"), "q", "id: "),
        (
            lambda: ListQuery(Window(1), orders=(Order(("mixins",)),)),
            "sort",
            "mixins holds many values",
        ),
    ],
)
async def test_what_is_wrong_is_told_in_the_same_order_again_and_again(
    shop: Shop, query: Callable[[], ListQuery], path: str, message: str
) -> None:
    for _ in range(2):
        with pytest.raises(InvalidArgument) as refusal:
            await page_of(shop, query())
        assert refusal.value.path == (path,)
        assert refusal.value.message.startswith(message)
        assert await ids(shop, asked("id:a")) == "a"


async def test_who_acts_for_another_legal_entity_builds_nothing(shop: Shop, built: Built) -> None:
    """And whoever acts for nobody has a statement of their own."""
    await shop.customers(("a", "eve", "acme"), ("b", "eve", "globex"), ("c", "eve"))
    eve = shop.caller("O", "eve")

    async def seen_for(legal_entity_id: str | None) -> str:
        async def page(reader: Reader) -> str:
            found = await segments(reader, legal_entity_id=legal_entity_id).page(asked())
            return "".join(row["id"] for row in found.rows)

        return await shop.read(page, eve)

    assert [await seen_for("acme"), await seen_for("globex"), await seen_for("none")] == ["ac", "bc", "c"]
    built.clear()
    assert [await seen_for("acme"), await seen_for("other")] == ["ac", "c"]
    assert built == []
    assert await seen_for(None) == "abc"


async def test_assignments_by_key_build_nothing_for_other_keys(shop: Shop, built: Built) -> None:
    await shop.items(("a", "PRODUCT", "p1"), ("c", "PRODUCT", "p2"))

    async def read(reader: Reader, position: int, product: str) -> tuple[list[Any], list[Any]]:
        one = "abcdef"[position]
        customers = await customer_assignments_by_key(reader, {(one, f"c{position}", ""), (one, "x", "")})
        items = await item_assignments_by_key(reader, {(one, "PRODUCT", product)})
        return list(customers), list(items)

    assert await shop.read(lambda reader: read(reader, 0, "p1")) == (
        [("a", "c0", "")],
        [("a", "PRODUCT", "p1")],
    )
    built.clear()
    assert await shop.read(lambda reader: read(reader, 2, "p2")) == (
        [("c", "c2", "")],
        [("c", "PRODUCT", "p2")],
    )
    assert await shop.read(lambda reader: read(reader, 2, "p1")) == ([("c", "c2", "")], [])
    assert built == []


async def test_category_trees_build_nothing_for_another_customer(shop: Shop, built: Built) -> None:
    await shop.items(("a", "CATEGORY", "k1"), ("b", "CATEGORY", "k2"))

    async def trees(customer_id: str, site_code: str) -> list[str]:
        found = await shop.read(
            lambda reader: category_trees(reader, customer_id=customer_id, site_code=site_code)
        )
        return [node.id for node in found]

    assert await trees("c0", "even") == ["k1"]
    built.clear()
    assert (await trees("c1", "odd"), await trees("anna", "odd")) == (["k2"], ["k2"])
    assert await trees("c1", "even") == []
    assert built == []
