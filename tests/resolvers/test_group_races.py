"""A group is assigned while another writer changes or deletes it: no group of employees is in a segment."""

from collections.abc import AsyncIterator
from typing import Final

import pytest
from sqlalchemy import select

from models.connection.database import Database
from models.tables.group_assignment import group_assignment
from models.tables.reference import customer_group
from resolvers.group_assignment import assign_group, group_key, write_group_assignments
from resolvers.policy import Policy
from resolvers.reference.write import GROUPS, remove_reference, upsert_reference, write_references
from tests.factories.documents import segment
from tests.factories.examples import examples
from tests.factories.shop import Shop
from tests.resolvers.test_writers import Work, at_once

POLICY: Final = Policy()
ROUNDS: Final = examples(20)
REFUSED: Final = [["CREATED"], ["INVALID_INPUT"]]
"""One of the two was first, and the other one is refused."""


@pytest.fixture
async def twin(shop: Shop, database_url: str) -> AsyncIterator[Shop]:
    """The same tenant through a database object of its own, as another process has it."""
    database = Database(database_url)
    yield Shop(database, shop.tenant)
    await database.close()


def assigning(group_id: str) -> Work:
    command = assign_group(group_key("s", group_id), {}, POLICY)
    return lambda writer: write_group_assignments(writer, [command])


def known_as(group_id: str, user_type: str) -> Work:
    document = {"id": group_id, "name": {"en": group_id}, "userType": user_type}
    command = upsert_reference(GROUPS, document, POLICY)
    return lambda writer: write_references(writer, GROUPS, [command])


def forgetting(group_id: str) -> Work:
    return lambda writer: write_references(writer, GROUPS, [remove_reference(GROUPS, group_id)])


async def assigned_employees(shop: Shop) -> list[str]:
    """The groups of employees that are in a segment."""
    async with shop.database.read() as snapshot:
        rows = await snapshot.rows(
            select(customer_group.c.id)
            .join(
                group_assignment,
                (group_assignment.c.tenant == customer_group.c.tenant)
                & (group_assignment.c.group_id == customer_group.c.id),
            )
            .where(customer_group.c.tenant == shop.tenant, customer_group.c.user_type == "EMPLOYEE")
        )
        return [row["id"] for row in rows]


@pytest.fixture
async def stored(shop: Shop) -> None:
    await shop.segments(segment("s"))


@pytest.mark.usefixtures("stored")
async def test_a_group_that_becomes_one_of_employees(shop: Shop, twin: Shop) -> None:
    for number in range(ROUNDS):
        group_id = f"g{number}"
        await shop.write(known_as(group_id, "CUSTOMER"))
        outcomes = await at_once(shop, twin, assigning(group_id), known_as(group_id, "EMPLOYEE"))
        assert outcomes in ([["CREATED"], ["INVALID_INPUT"]], [["INVALID_INPUT"], ["UPDATED"]])
    assert await assigned_employees(shop) == []


@pytest.mark.usefixtures("stored")
async def test_an_unknown_group_that_comes_to_be_known_as_one_of_employees(shop: Shop, twin: Shop) -> None:
    for number in range(ROUNDS):
        group_id = f"g{number}"
        outcomes = await at_once(shop, twin, assigning(group_id), known_as(group_id, "EMPLOYEE"))
        assert outcomes == REFUSED
    assert await assigned_employees(shop) == []


@pytest.mark.usefixtures("stored")
async def test_a_group_that_is_deleted(shop: Shop, twin: Shop) -> None:
    """Its assignment stays, so it cannot come back as a group of employees."""
    for number in range(ROUNDS):
        group_id = f"g{number}"
        await shop.write(known_as(group_id, "CUSTOMER"))
        outcomes = await at_once(shop, twin, assigning(group_id), forgetting(group_id))
        assert outcomes == [["CREATED"], ["DELETED"]]
        [refused] = await shop.write(known_as(group_id, "EMPLOYEE"))
        assert refused.error is not None
        assert refused.error.code == "INVALID_INPUT"
    assert await assigned_employees(shop) == []
