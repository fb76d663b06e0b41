from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from models.connection.database import Database
from models.connection.session import Transaction
from models.sql.cursor import decode_cursor, encode_cursor
from models.sql.keyset import beyond, held_of, named_values, seek
from models.sql.ordering import Languages, order_terms, parse_sort
from models.tables.customer_assignment import customer_assignment
from models.tables.reference import customer
from models.tables.segment import segment
from resolvers.assignment_members import CUSTOMER_ASSIGNMENTS
from resolvers.segment.members import SEGMENTS
from tests.factories.examples import examples
from tests.models.filter.shop import ASSIGNED, SEGMENT, store
from tests.models.listing import walk

LANGUAGES = Languages(("en",))
ENGLISH = LANGUAGES.shape
NOON = datetime(2024, 5, 1, 12, 0, 0, 5000, tzinfo=UTC)
LONG = "é" * 3_000
EMOJI = "😀" * 1_000
SHORT_TEXTS = ["", "a", "B", "é", "'; --"]
texts = st.sampled_from(
    [
        *SHORT_TEXTS,
        LONG,
        LONG + "a",
        LONG + "b",
        LONG[:1_000],
        LONG[:-1] + "z",
        EMOJI,
        EMOJI + "😀",
        EMOJI + "a",
    ]
)
rows = st.fixed_dictionaries(
    {
        "name": st.dictionaries(st.sampled_from(["en", "de"]), texts),
        "status": st.sampled_from(["ACTIVE", "INACTIVE"]),
        "valid_to": st.one_of(st.none(), st.sampled_from([NOON, datetime(1, 1, 1, tzinfo=UTC)])),
        "version": st.sampled_from([1, 2, 2**63 - 1]),
        "mixins": st.one_of(
            st.just({}),
            st.sampled_from([None, True, False, 1, 1.5, -1e300, "a", "B", [], [1], {}, LONG, LONG + "a"]).map(
                lambda value: {"v": value, "w": value}
            ),
        ),
    }
)
fields = st.sampled_from(
    ["id", "name", "name.de", "status", "validity.to", "metadata.version", "mixins.v", "mixins.w"]
)
sorts = st.lists(st.tuples(fields, st.sampled_from(["", ":desc"])).map("".join), max_size=5).map(",".join)


@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stored=st.lists(rows, min_size=1, max_size=8), sort=sorts, page_size=st.integers(1, 9))
async def test_pages_show_each_row_once_in_the_one_order(
    database: Database, stored: list[dict[str, Any]], sort: str, page_size: int
) -> None:
    tenant = uuid4().hex
    numbered = [{**SEGMENT, **row, "id": str(number)} for number, row in enumerate(stored)]
    await store(database, tenant, segment, numbered)
    at_once = await walk(database, tenant, SEGMENTS, sort)
    assert sorted(at_once) == [row["id"] for row in numbered]
    assert await walk(database, tenant, SEGMENTS, sort, page_size=page_size) == at_once
    backwards = await walk(database, tenant, SEGMENTS, sort, page_size=page_size, backwards=True)
    assert backwards == at_once[::-1]


@settings(
    max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stored=st.lists(texts, min_size=1, max_size=8), page_size=st.integers(1, 9), descends=st.booleans())
async def test_long_texts_are_in_the_order_of_their_code_points(
    database: Database, stored: list[str], page_size: int, *, descends: bool
) -> None:
    tenant = uuid4().hex
    numbered = [
        {**SEGMENT, "name": {"en": name}, "site_code": name, "id": str(number)}
        for number, name in enumerate(stored)
    ]
    await store(database, tenant, segment, numbered)
    in_order = sorted(range(len(stored)), key=stored.__getitem__, reverse=descends)
    for field in ("name", "name.en", "siteCode"):
        sort = f"{field}:desc" if descends else field
        shown = await walk(database, tenant, SEGMENTS, sort, page_size=page_size)
        assert shown == [str(number) for number in in_order]


@pytest.mark.slow
@pytest.mark.parametrize("fields", [5, 10])
@pytest.mark.parametrize("page_size", [1, 2])
async def test_a_sort_by_many_mixed_mixins_goes_on(
    database: Database, tenant: str, fields: int, page_size: int
) -> None:
    names = [f"v{number}" for number in range(fields)]
    rows: list[dict[str, Any]] = [
        {
            **SEGMENT,
            "id": str(number),
            "mixins": {name: number >> place & 1 for place, name in enumerate(names)},
        }
        for number in range(8)
    ]
    await store(database, tenant, segment, rows)
    sort = ",".join(f"mixins.{name}{':desc' if place % 2 else ''}" for place, name in enumerate(names))
    at_once = await walk(database, tenant, SEGMENTS, sort)
    assert at_once == ["2", "6", "0", "4", "3", "7", "1", "5"]
    assert await walk(database, tenant, SEGMENTS, sort, page_size=page_size) == at_once
    backwards = await walk(database, tenant, SEGMENTS, sort, page_size=page_size, backwards=True)
    assert backwards == at_once[::-1]


@pytest.mark.parametrize("field", ["name", "siteCode", "mixins.m.v"])
@pytest.mark.parametrize("descends", [False, True])
@pytest.mark.parametrize("backwards", [False, True])
async def test_no_row_is_left_out_where_the_row_of_a_cursor_is_gone(
    database: Database, tenant: str, field: str, *, descends: bool, backwards: bool
) -> None:
    texts = {"a": "A", "b": LONG + "b", "c": LONG + "c", "gone": LONG + "c", "d": LONG + "d", "u": "ü"}
    rows = [
        {**SEGMENT, "id": id_, "name": {"en": text}, "site_code": text, "mixins": {"m": {"v": text}}}
        for id_, text in texts.items()
    ]
    await store(database, tenant, segment, rows)
    sort = f"{field}:desc" if descends else field
    tie = ["c"] if backwards else []  # it comes before the other row with the same text, in either order
    with_it = [*tie, "d", "u"] if descends == backwards and descends else ["d", "u"]
    without_it = ["b", "c", "d", "u"]
    if descends != backwards:
        with_it = [*tie, "b", "a"]
        without_it = ["d", "c", "b", "a"]
    ordering = order_terms(parse_sort(sort), SEGMENTS, database.engine.dialect.name, ENGLISH)
    statement = (
        select(segment.c.id, *ordering.key_columns()).select_from(segment).where(segment.c.tenant == tenant)
    )
    async with database.read() as snapshot:
        [row] = [row for row in await snapshot.rows(statement, LANGUAGES.values) if row["id"] == "gone"]
    cursor = encode_cursor("b", [row[name] for name in ordering.key_names], ordering)
    values = decode_cursor(cursor, "b", ordering)
    after = beyond(statement, ordering, "after", held_of(values), backwards=backwards)
    rest = statement.where(after).order_by(*ordering.order_by(backwards=backwards))
    parameters = {**LANGUAGES.values, **named_values("after", values)}
    shown: list[list[str]] = []
    for _ in range(2):
        async with database.read() as snapshot:
            shown.append([row["id"] for row in await snapshot.rows(rest, parameters)])
        await delete_segment(database, tenant, "gone")
    assert shown == [with_it, without_it]


async def delete_segment(database: Database, tenant: str, id_: str) -> None:
    async def delete(transaction: Transaction) -> None:
        is_it = (segment.c.tenant == tenant, segment.c.id == id_)
        await transaction.write(segment.delete().where(*is_it))

    await database.write(delete)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["a/", "a/le", "b/", "c/"]),
        ("customer.email", ["c/", "b/", "a/", "a/le"]),
        ("customer.email:desc,legalEntity.id:desc", ["a/le", "a/", "b/", "c/"]),
        ("legalEntity.id:desc", ["a/le", "a/", "b/", "c/"]),
    ],
)
@pytest.mark.parametrize("page_size", [1, 2, 3])
async def test_pages_of_assignments(
    database: Database, tenant: str, sort: str, expected: list[str], page_size: int
) -> None:
    await store(database, tenant, segment, [{**SEGMENT, "id": "s"}])
    people = [{"id": id_, "first_name": None, "last_name": None} for id_ in "ab"]
    emails = [{"email": "z@example.com"}, {"email": "b@example.com"}]
    await store(database, tenant, customer, [{**a, **b} for a, b in zip(people, emails, strict=True)])
    keys = [("a", ""), ("a", "le"), ("b", ""), ("c", "")]
    await store(
        database,
        tenant,
        customer_assignment,
        [
            {
                **ASSIGNED,
                "segment_id": "s",
                "customer_id": customer_id,
                "legal_entity_id": legal_entity_id,
                "assignment_type": "MANUAL",
            }
            for customer_id, legal_entity_id in keys
        ],
    )
    assert await walk(database, tenant, CUSTOMER_ASSIGNMENTS, sort, page_size=page_size) == expected


@pytest.mark.parametrize("backwards", [False, True])
async def test_the_default_order_seeks_in_the_primary_key(
    database: Database, tenant: str, *, backwards: bool
) -> None:
    ordering = order_terms((), CUSTOMER_ASSIGNMENTS, database.engine.dialect.name, ENGLISH)
    statement = (
        select(customer_assignment.c.version)
        .where(customer_assignment.c.tenant == tenant, customer_assignment.c.segment_id == "s")
        .where(seek(ordering, ["c", ""], backwards=backwards))
        .order_by(*ordering.order_by(backwards=backwards))
        .limit(10)
    )
    compiled = statement.compile(database.engine.sync_engine, compile_kwargs={"literal_binds": True})
    async with database.engine.connect() as connection:
        if database.is_sqlite:
            ((*_, step),) = (await connection.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))).all()
            comparison = "<" if backwards else ">"
            assert step == (
                "SEARCH customer_assignment USING PRIMARY KEY (tenant=? AND segment_id=? "
                f"AND (customer_id,legal_entity_id){comparison}(?,?))"
            )
            return
        for setting in ("seqscan", "bitmapscan", "sort"):
            await connection.execute(text(f"SET LOCAL enable_{setting} = off"))
        plan = list((await connection.execute(text(f"EXPLAIN {compiled}"))).scalars())
        assert not any("Sort" in line or "Filter" in line for line in plan)
        assert any("Index Cond" in line and "ROW(customer_id, legal_entity_id)" in line for line in plan)
