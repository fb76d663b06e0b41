"""Nothing that a client observes depends on the rows of another tenant."""

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Final
from uuid import uuid4

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gateway.identity.tokens import issue_token
from models.connection.database import Database
from resolvers.caller import Scope
from tests.factories.examples import examples
from tests.factories.shop import Shop
from tests.schema.engine.plan.generated.operations import Operation, operations
from tests.schema.engine.plan.generated.shops import fill_at_random

OF_ONE_REQUEST: Final = frozenset({"date", "x-request-id"})
"""Headers that differ from request to request."""
PATHS: Final = (
    "",
    "?q=name:~a&sort=name:desc&pageSize=3",
    "?pageSize=2&next=",
    "?customerId=carla",
    "/gold",
    "/nothing",
    "/silver/customers",
    "/silver/customers/dora/acme",
    "/items?siteCode=other&onlyActive=true",
    "/gold/items?sort=item.code",
    "/gold/items/CATEGORY/saws",
    "/items/category-trees",
    "/me",
    "/silver/groups",
    "/gold/groups/club",
)
CALLERS: Final = (
    ([Scope.READ], None, None),
    ([Scope.READ_OWN], "anna", None),
    ([Scope.READ_OWN], "bob", "acme"),
    ([Scope.READ_OWN], "stranger", None),
    ([Scope.MANAGE], None, None),
)
WRITES: Final[Sequence[tuple[str, str, Any]]] = (
    ("POST", "", {"id": "gold", "name": {"en": "Gold"}, "siteCode": "main"}),
    ("POST", "", {"id": "gold", "name": {"en": "Again"}, "siteCode": "main"}),
    ("PUT", "/silver", {"name": {"en": "Silver"}, "siteCode": "main", "metadata": {"version": 7}}),
    ("PUT", "/silver", {"name": {"en": "Silver"}, "siteCode": "main", "metadata": {"version": 7}}),
    ("PUT", "/gold/customers/anna", {"metadata": {"version": 3}}),
    ("PUT", "/bronze/customers/anna", {}),
    ("PUT", "/gold/items/PRODUCT/drill", {}),
    ("PATCH", "/gold", [{"op": "replace", "path": "/status", "value": "ACTIVE"}]),
    ("POST", "/match", {"siteCode": "main", "segmentIds": ["gold", "bronze"], "items": [{"id": "drill"}]}),
    ("GET", "/gold", None),
    ("GET", "/gold/customers", None),
    ("GET", "/gold/items", None),
    ("DELETE", "/gold", None),
    ("DELETE", "/gold?forceDelete=true", None),
    ("GET", "/gold", None),
)
INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NOW: Final = re.compile(r"(?<![a-zA-Z])now(?![a-z])|within(Last|Next)")

thorough = settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def named(prefix: str) -> str:
    return f"{prefix}{uuid4().hex[:10]}"


def observed(response: httpx.Response) -> tuple[int, Mapping[str, str], bytes]:
    """What a client can tell answers apart by."""
    headers = {name: value for name, value in response.headers.items() if name not in OF_ONE_REQUEST}
    body = re.sub(rb'"requestId":"[^"]*"', b"", response.content)
    return response.status_code, headers, body


async def answers(
    client: httpx.AsyncClient, tenant: str, token: str, reads: Sequence[Operation], paths: Sequence[str]
) -> list[tuple[int, Mapping[str, str], bytes]]:
    """The observed answers to operations and REST reads, in order."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "de, *;q=0.5"}
    seen = []
    for read in reads:
        body = {
            "query": read.document,
            "operationName": read.name,
            "variables": read.variables,
            "extensions": {"cost": True},
        }
        content = orjson.dumps(body)
        json_headers = {**headers, "Content-Type": "application/json"}
        seen.append(await client.post("/graphql", content=content, headers=json_headers))
    base = f"/customer-segment/{tenant}/segments"
    seen += [await client.get(base + path, headers={**headers, "X-Total-Count": "true"}) for path in paths]
    return [observed(response) for response in seen]


def is_relative(operation: Operation) -> bool:
    """Whether a filter may look at the time: cursors of such a list have the instant of their request."""
    return NOW.search(operation.document) is not None or NOW.search(repr(operation.variables)) is not None


@thorough
@given(
    reads=st.lists(operations(), min_size=1, max_size=4),
    paths=st.lists(st.sampled_from(PATHS), max_size=4),
    number=st.integers(0, 10_000),
    caller=st.sampled_from(CALLERS),
)
async def test_answers_are_the_same_whatever_a_neighbour_stores(
    *,
    client: httpx.AsyncClient,
    random_shops: Sequence[Shop],
    secret: str,
    reads: Sequence[Operation],
    paths: Sequence[str],
    number: int,
    caller: tuple[list[str], str | None, str | None],
) -> None:
    assume(not any(map(is_relative, reads)))
    shop = random_shops[0]
    scopes, customer, legal_entity = caller
    token = issue_token(secret, shop.tenant, scopes, customer_id=customer, legal_entity_id=legal_entity)
    before = await answers(client, shop.tenant, token, reads, paths)
    await fill_at_random(Shop(shop.database, named("n")), Random(number))  # noqa: S311  (no secret)
    assert await answers(client, shop.tenant, token, reads, paths) == before


@pytest.mark.parametrize("is_filled", [False, True])
async def test_writes_are_answered_the_same_whatever_a_neighbour_stores(
    client: httpx.AsyncClient, database: Database, secret: str, *, is_filled: bool
) -> None:
    if is_filled:
        await fill_at_random(Shop(database, named("n")), Random(1))  # noqa: S311  (no secret)
    tenant = named("w")
    token = issue_token(secret, tenant, [Scope.READ, Scope.MANAGE])
    seen: list[tuple[int, Any]] = []
    for method, path, body in WRITES:
        response = await client.request(
            method,
            f"/customer-segment/{tenant}/segments{path}",
            json=body,
            headers={"Authorization": f"Bearer {token}"},
        )
        text = INSTANT.sub("T", response.text)
        seen.append((response.status_code, orjson.loads(text) if text else None))
    assert [status for status, _ in seen] == [
        *(201, 409, 201, 409, 201, 400, 201, 204, 200, 200, 200, 200, 400, 204, 404)
    ]
    metadata = {"createdAt": "T", "modifiedAt": "T", "version": 1}
    item = {"segmentId": "gold", "type": "PRODUCT", "item": {"id": "drill"}, "metadata": metadata}
    customer = {"customer": {"id": "anna"}, "assignmentType": "MANUAL", "metadata": metadata}
    gold = {"id": "gold", "name": {"en": "Gold"}, "status": "ACTIVE", "siteCode": "main"}
    assert [body for _, body in seen[8:12]] == [
        [{"id": "drill"}],
        {**gold, "metadata": {**metadata, "version": 2}},
        [customer],
        [item],
    ]
