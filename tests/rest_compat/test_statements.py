"""The number of SQL statements of an operation does not grow with the number of rows."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest

from models.connection.database import Database
from tests.rest_compat.rest import Rest

Statements = list[str]


@pytest.fixture
def statements(database: Database, monkeypatch: pytest.MonkeyPatch) -> Statements:
    """Every statement that reads or writes rows, as it is executed."""
    seen: Statements = []

    def remember(statement: str, _parameters: Any) -> AbstractContextManager[None]:
        seen.append(statement)
        return nullcontext()

    monkeypatch.setattr(database, "watch", remember)
    return seen


@pytest.mark.parametrize(
    ("method", "path", "count"),
    [
        ("GET", "", 2),
        ("POST", "/search", 2),
        ("GET", "/s0", 1),
        ("GET", "/s0/customers", 4),
        ("POST", "/s0/customers/search", 4),
        ("GET", "/s0/customers/c0", 2),
        ("GET", "/s0/customers/c0/l0", 3),
        ("GET", "/s0/customers/none", 2),
        ("GET", "/items", 4),
        ("GET", "/s0/items", 4),
        ("POST", "/s0/items/search", 4),
        ("GET", "/s0/items/PRODUCT/p0", 2),
        ("GET", "/s0/items/PRODUCT/none", 2),
        ("GET", "/s0/groups", 3),
        ("GET", "/s0/groups/g0", 2),
    ],
)
async def test_reading_costs_the_same_for_one_row_and_for_many(
    rest: Rest, statements: Statements, method: str, path: str, count: int
) -> None:
    for rows in (range(1), range(1, 30)):
        await rest.json(
            "POST", "/bulk", [{"id": f"s{n}", "name": {"en": "x"}, "siteCode": "m"} for n in rows]
        )
        customers = [{"customerId": f"c{n}"} for n in rows]
        companies = [{"customerId": f"c{n}", "legalEntityId": f"l{n}"} for n in rows]
        await rest.json("PUT", "/s0/customers/bulk", customers + companies)
        for item_type in ("PRODUCT", "CATEGORY"):
            await rest.json("PUT", f"/s0/items/{item_type}/bulk", [{"id": f"p{n}"} for n in rows])
        for number in rows:
            await rest.assign(f"/s0/groups/g{number}")
        statements.clear()
        response = await rest(method, path, headers={"X-Total-Count": "true"})
        assert response.status_code in {200, 404}
        assert len(statements) == count, statements


async def test_trees_and_matches_cost_one_statement(rest: Rest, statements: Statements) -> None:
    await rest.segment("gold")
    await rest.assign("/gold/customers/c")
    for number in range(5):
        await rest.assign(f"/gold/items/CATEGORY/{number}")
    statements.clear()
    assert len(await rest.json("GET", "/items/category-trees", scopes="O", customer="c")) == 5
    assert len(statements) == 1
    statements.clear()
    body = {"site": "main", "items": [{"id": str(n)} for n in range(5)], "segmentIds": ["gold"]}
    assert await rest.json("POST", "/match", body) == []
    assert len(statements) == 1


async def test_writing_costs_the_same_for_one_element_and_for_many(
    rest: Rest, statements: Statements
) -> None:
    await rest.segment("gold")
    await rest.assign("/gold/customers/c")
    for method, path, elements in (
        ("POST", "/bulk", [{"id": f"s{n}", "name": {"en": "x"}, "siteCode": "m"} for n in range(100)]),
        ("PUT", "/bulk", [{"id": f"s{n}", "name": {"en": "y"}, "siteCode": "m"} for n in range(100)]),
        ("PUT", "/gold/customers/bulk", [{"customerId": f"c{n}"} for n in range(100)]),
        ("PUT", "/gold/items/PRODUCT/bulk", [{"id": f"p{n}"} for n in range(100)]),
        ("DELETE", "/gold/items/PRODUCT/bulk", [f"p{n}" for n in range(100)]),
        ("DELETE", "/bulk", [f"s{n}" for n in range(100)]),
    ):
        statements.clear()
        await rest.json(method, path, elements[:1])
        few = len(statements)
        statements.clear()
        await rest.json(method, path, elements[1:])
        assert len(statements) == few <= 6, "two of them write the change log"
