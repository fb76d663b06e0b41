"""Two writers at once, in two processes as it were: never another exception (behaviour D31)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import pytest
from sqlalchemy import select

from models.connection.database import Database
from models.tables.segment import segment as segment_table
from resolvers.access import Writer
from resolvers.customer_assignment import (
    assign_customer,
    customer_key,
    remove_customer,
    write_customer_assignments,
)
from resolvers.errors import GatewayError
from resolvers.item_assignment import assign_item, item_key, remove_item, write_item_assignments
from resolvers.policy import Policy
from resolvers.reference.write import (
    CATEGORIES,
    CUSTOMERS,
    LEGAL_ENTITIES,
    PRODUCTS,
    ReferenceNoun,
    remove_reference,
    upsert_reference,
    write_references,
)
from resolvers.segment.write import (
    RemoveSegment,
    SegmentCommand,
    create_segment,
    upsert_segment,
    write_segments,
)
from resolvers.writing.command import Outcome
from tests.factories.documents import category, customer, legal_entity, product, segment
from tests.factories.examples import examples
from tests.factories.shop import Document, Shop

POLICY = Policy()
ROUNDS = examples(20)

Work: TypeAlias = Callable[[Writer], Awaitable[list[Outcome]]]


@pytest.fixture
async def twin(shop: Shop, database_url: str) -> AsyncIterator[Shop]:
    """The same tenant through a database object of its own, as another process has it."""
    database = Database(database_url)
    yield Shop(database, shop.tenant)
    await database.close()


async def at_once(shop: Shop, twin: Shop, one: Work, other: Work) -> list[list[str]]:
    """What becomes of two works that start together: effects, or codes of failures, sorted."""
    return sorted(await asyncio.gather(_said(shop, one), _said(twin, other)))


async def _said(shop: Shop, work: Work) -> list[str]:
    try:
        outcomes = await shop.write(work)
    except GatewayError as failure:
        return [failure.code]
    return [one.error.code if one.error else one.effect for one in outcomes]


def writing(*commands: SegmentCommand) -> Work:
    return lambda writer: write_segments(writer, commands)


def knowing(shop: Shop, document: Document) -> Work:
    command = upsert_reference(CUSTOMERS, document, shop.policy)
    return lambda writer: write_references(writer, CUSTOMERS, [command])


def forgetting(noun: ReferenceNoun, *ids: str, with_assignments: bool = False) -> Work:
    commands = [remove_reference(noun, one, with_assignments=with_assignments) for one in ids]
    return lambda writer: write_references(writer, noun, commands)


def assigning(*keys: tuple[str, ...]) -> Work:
    commands = [assign_customer(customer_key(*key), {}, POLICY) for key in keys]
    return lambda writer: write_customer_assignments(writer, commands)


def strictly(shop: Shop) -> Shop:
    """The same tenant, where references are enforced."""
    return replace(shop, policy=Policy(enforce_references=True))


def upsert(shop: Shop, segment_id: str, version: int | None = None, **members: Any) -> SegmentCommand:
    document = segment(segment_id, **members) | {"metadata": {"version": version}}
    return upsert_segment(segment_id, document, shop.policy)


async def versions(shop: Shop) -> dict[str, int]:
    async with shop.database.read() as snapshot:
        columns = segment_table.c.id, segment_table.c.version
        rows = await snapshot.rows(select(*columns).where(segment_table.c.tenant == shop.tenant))
        return {row["id"]: row["version"] for row in rows}


async def test_one_of_two_with_the_same_expected_version_wins(shop: Shop, twin: Shop) -> None:
    await shop.segments(segment("s"))
    for version in range(1, ROUNDS + 1):
        both = [writing(upsert(shop, "s", version, siteCode=site)) for site in "ab"]
        assert await at_once(shop, twin, *both) == [["UPDATED"], ["VERSION_CONFLICT"]]
        assert await versions(shop) == {"s": version + 1}


async def test_without_a_version_both_are_applied(shop: Shop, twin: Shop) -> None:
    await shop.segments(segment("s"))
    for number in range(1, ROUNDS + 1):
        both = [writing(upsert(shop, "s", siteCode=site)) for site in "ab"]
        assert await at_once(shop, twin, *both) == [["UPDATED"], ["UPDATED"]]
        assert await versions(shop) == {"s": 1 + 2 * number}


async def test_one_of_two_that_create_the_same_id_finds_it_taken(shop: Shop, twin: Shop) -> None:
    for number in range(ROUNDS):
        create = create_segment(segment(f"s{number}"), shop.policy)
        assert await at_once(shop, twin, writing(create), writing(create)) == [
            ["ALREADY_EXISTS"],
            ["CREATED"],
        ]
    assert set((await versions(shop)).values()) == {1}


async def test_of_two_upserts_of_an_absent_segment_one_creates_and_one_updates(
    shop: Shop, twin: Shop
) -> None:
    for number in range(ROUNDS):
        both = [writing(upsert(shop, f"s{number}", siteCode=site)) for site in "ab"]
        assert await at_once(shop, twin, *both) == [["CREATED"], ["UPDATED"]]
    assert await versions(shop) == {f"s{number}": 2 for number in range(ROUNDS)}


@pytest.mark.parametrize("kind", ["customer", "item"])
async def test_an_assignment_comes_before_a_forced_delete_or_finds_no_segment(
    shop: Shop, twin: Shop, kind: str
) -> None:
    async def assign(writer: Writer) -> list[Outcome]:
        if kind == "customer":
            return await write_customer_assignments(
                writer, [assign_customer(customer_key("s", "anna"), {}, POLICY)]
            )
        return await write_item_assignments(
            writer, [assign_item(item_key("s", "PRODUCT", "drill"), {}, POLICY)]
        )

    for _ in range(ROUNDS):
        await shop.segments(segment("s"))
        delete = writing(RemoveSegment(("s",), force_delete=True))
        outcomes = await at_once(shop, twin, delete, assign)
        assert outcomes in ([["DELETED"], ["UNKNOWN_SEGMENT"]], [["CREATED"], ["DELETED"]])
        rows = await shop.rows()
        assert rows["segment"] == rows[f"{kind}_assignment"] == []


async def test_a_delete_without_force_never_leaves_an_assignment_behind(shop: Shop, twin: Shop) -> None:
    async def assign(writer: Writer) -> list[Outcome]:
        return await write_customer_assignments(
            writer, [assign_customer(customer_key("s", "anna"), {}, POLICY)]
        )

    for _ in range(ROUNDS):
        await shop.segments(segment("s"))
        await at_once(shop, twin, writing(RemoveSegment(("s",))), assign)
        rows = await shop.rows()
        assert len(rows["segment"]) == len(rows["customer_assignment"])
        await shop.write(writing(RemoveSegment(("s",), force_delete=True)))


async def test_bulk_writes_of_the_same_segments_in_opposite_orders_both_succeed(
    shop: Shop, twin: Shop
) -> None:
    ids = [f"s{number}" for number in range(20)]
    for number in range(1, ROUNDS + 1):
        forwards = writing(*(upsert(shop, one) for one in ids))
        backwards = writing(*(upsert(shop, one) for one in reversed(ids)))
        for outcome in await at_once(shop, twin, forwards, backwards):
            assert set(outcome) in ({"CREATED"}, {"UPDATED"})
        assert await versions(shop) == dict.fromkeys(ids, 2 * number)


async def test_bulk_assignments_in_opposite_orders_both_succeed(shop: Shop, twin: Shop) -> None:
    await shop.segments(segment("s"), segment("t"))
    keys = [customer_key(one, f"c{number}") for one in "st" for number in range(10)]

    def assigning(ordered: Sequence[tuple[str, ...]]) -> Work:
        return lambda writer: write_customer_assignments(
            writer, [assign_customer(key, {}, POLICY) for key in ordered]
        )

    for number in range(1, ROUNDS + 1):
        await at_once(shop, twin, assigning(keys), assigning(keys[::-1]))
        rows = (await shop.rows())["customer_assignment"]
        assert [row["version"] for row in rows] == [2 * number] * 20


async def test_one_removes_what_another_assigns(shop: Shop, twin: Shop) -> None:
    await shop.segments(segment("s"))
    key = customer_key("s", "anna")
    for _ in range(ROUNDS):
        outcomes = await at_once(
            shop,
            twin,
            lambda writer: write_customer_assignments(writer, [assign_customer(key, {}, POLICY)]),
            lambda writer: write_customer_assignments(writer, [remove_customer(key)]),
        )
        left = len((await shop.rows())["customer_assignment"])
        assert (outcomes, left) in (
            ([["CREATED"], ["UNCHANGED"]], 1),
            ([["CREATED"], ["DELETED"]], 0),
            ([["DELETED"], ["UPDATED"]], 0),
            ([["CREATED"], ["DELETED"]], 1),
        )


async def test_two_writers_of_one_customer_leave_the_links_of_one_of_them(shop: Shop, twin: Shop) -> None:
    for number in range(ROUNDS):
        both = [
            knowing(shop, customer("anna", firstName=f"{one}{number}", legalEntityIds=[one])) for one in "ab"
        ]
        await at_once(shop, twin, *both)
        rows = await shop.rows()
        [row], [link] = rows["customer"], rows["customer_legal_entity"]
        assert row["first_name"] == f"{link['legal_entity_id']}{number}"


async def test_one_of_two_deletions_of_a_customer_finds_them(shop: Shop, twin: Shop) -> None:
    await shop.segments(segment("s"), segment("t"))
    for _ in range(ROUNDS):
        await shop.known_customers(customer("anna", legalEntityIds=["acme"]))
        await shop.customers(("s", "anna"), ("t", "anna", "acme"))
        both = [forgetting(CUSTOMERS, "anna", with_assignments=True)] * 2
        assert await at_once(shop, twin, *both) == [["DELETED"], ["UNCHANGED"]]
        rows = await shop.rows()
        assert rows["customer"] == rows["customer_legal_entity"] == rows["customer_assignment"] == []


async def test_a_customer_is_deleted_before_or_after_an_upsert(shop: Shop, twin: Shop) -> None:
    for _ in range(ROUNDS):
        await shop.known_customers(customer("anna", legalEntityIds=["acme"]))
        written = knowing(shop, customer("anna", legalEntityIds=["globex"]))
        outcomes = await at_once(shop, twin, forgetting(CUSTOMERS, "anna"), written)
        rows = await shop.rows()
        left = [row["legal_entity_id"] for row in rows["customer_legal_entity"]]
        assert len(rows["customer"]) == len(left)
        assert (outcomes, left) in (
            ([["CREATED"], ["DELETED"]], ["globex"]),
            ([["DELETED"], ["UPDATED"]], []),
        )


async def test_an_assignment_and_the_deletion_of_its_customer_are_one_after_the_other(
    shop: Shop, twin: Shop
) -> None:
    await shop.segments(segment("s"))
    for _ in range(ROUNDS):
        await shop.known_customers(customer("anna"))
        forgotten = forgetting(CUSTOMERS, "anna", with_assignments=True)
        assert await at_once(shop, twin, forgotten, assigning(("s", "anna"))) == [["CREATED"], ["DELETED"]]
        assert (await shop.rows())["customer"] == []
        await shop.write(forgetting(CUSTOMERS, "anna", with_assignments=True))


@pytest.mark.parametrize("noun", [CUSTOMERS, LEGAL_ENTITIES])
async def test_no_assignment_to_a_deleted_record_where_references_are_enforced(
    shop: Shop, twin: Shop, noun: ReferenceNoun
) -> None:
    shop, twin = strictly(shop), strictly(twin)
    await shop.segments(segment("s"))
    reference_id = "anna" if noun is CUSTOMERS else "acme"
    for _ in range(ROUNDS):
        await shop.known_customers(customer("anna"))
        await shop.known_legal_entities(legal_entity("acme"))
        both = forgetting(noun, reference_id), assigning(("s", "anna", "acme"))
        outcomes = await at_once(shop, twin, *both)
        rows = await shop.rows()
        known = [row["id"] for row in rows["customer"]], [row["id"] for row in rows["legal_entity"]]
        if rows["customer_assignment"]:
            assert (outcomes, known) == ([["CREATED"], ["REFERENCE_IN_USE"]], (["anna"], ["acme"]))
        else:
            assert outcomes == [["DELETED"], ["UNKNOWN_REFERENCE"]]
        await shop.write(forgetting(CUSTOMERS, "anna", with_assignments=True))


async def test_no_item_is_assigned_that_is_deleted_where_references_are_enforced(
    shop: Shop, twin: Shop
) -> None:
    shop, twin = strictly(shop), strictly(twin)
    await shop.segments(segment("s"))

    async def assign(writer: Writer) -> list[Outcome]:
        return await write_item_assignments(
            writer, [assign_item(item_key("s", "CATEGORY", "saws"), {}, POLICY)]
        )

    async def remove(writer: Writer) -> list[Outcome]:
        return await write_item_assignments(writer, [remove_item(item_key("s", "CATEGORY", "saws"))])

    for _ in range(ROUNDS):
        await shop.known_categories(category("saws"))
        outcomes = await at_once(shop, twin, forgetting(CATEGORIES, "saws"), assign)
        rows = await shop.rows()
        assert len(rows["category"]) == len(rows["item_assignment"])
        assert outcomes in ([["CREATED"], ["REFERENCE_IN_USE"]], [["DELETED"], ["UNKNOWN_REFERENCE"]])
        await shop.write(remove)


async def test_deletions_and_writes_in_opposite_orders_all_succeed(shop: Shop, twin: Shop) -> None:
    """A forced deletion of segments, one of customers, and one of legal entities meet in the same rows."""
    customers, segments = [f"c{number}" for number in range(5)], ["s", "t", "u"]
    for _ in range(ROUNDS // 2):
        await shop.segments(*map(segment, segments))
        await shop.known_legal_entities(legal_entity("acme"), legal_entity("globex"))
        await shop.known_customers(
            *(customer(one, legalEntityIds=["acme", "globex"]) for one in reversed(customers))
        )
        await shop.customers(*((one, other) for other in customers for one in reversed(segments)))
        removals = [RemoveSegment((one,), force_delete=True) for one in reversed(segments)]
        outcomes = await asyncio.gather(
            _said(shop, forgetting(CUSTOMERS, *reversed(customers), with_assignments=True)),
            _said(twin, writing(*removals)),
            _said(twin, forgetting(LEGAL_ENTITIES, "globex", "acme")),
            _said(shop, forgetting(CUSTOMERS, *customers[:3], with_assignments=True)),
        )
        assert {effect for outcome in outcomes for effect in outcome} <= {"DELETED", "UNCHANGED"}
        assert {table: rows for table, rows in (await shop.rows()).items() if rows} == {}


async def test_a_product_in_a_category_that_is_deleted_loses_the_link_or_makes_it_again(
    shop: Shop, twin: Shop
) -> None:
    command = upsert_reference(PRODUCTS, product("drill", categoryIds=["saws"]), shop.policy)

    async def write(writer: Writer) -> list[Outcome]:
        return await write_references(writer, PRODUCTS, [command])

    for _ in range(ROUNDS):
        await shop.known_categories(category("saws"))
        await shop.known_products(product("drill", categoryIds=["saws", "tools"]))
        outcomes = await at_once(shop, twin, forgetting(CATEGORIES, "saws"), write)
        assert outcomes == [["DELETED"], ["UPDATED"]]
        links = [row["category_id"] for row in (await shop.rows())["product_category"]]
        assert links in ([], ["saws"])
        await shop.write(forgetting(PRODUCTS, "drill"))
