"""Who may call what: all 36 operations, with every kind of caller (behaviour D7 to D9)."""

from dataclasses import dataclass
from typing import Any

import pytest

import rest_compat.operations
from resolvers.caller import Scope
from tests.rest_compat.conftest import Shared
from tests.rest_compat.rest import Rest

R, O, M = Scope.READ.value, Scope.READ_OWN.value, Scope.MANAGE.value  # noqa: E741  (the contract's letter)

SEGMENT = {"name": {"en": "Gold"}, "siteCode": "main", "status": "ACTIVE"}
ANSWERS = """\
                                        R   O   o   M
POST   /                                403 403 403 201
GET    /                                200 200 200 403
POST   /search                          200 200 200 403
GET    /gold                            200 200 404 403
PUT    /gold                            403 403 403 204
PATCH  /gold                            403 403 403 204
DELETE /gold                            403 403 403 400
POST   /bulk                            403 403 403 207
PUT    /bulk                            403 403 403 207
DELETE /bulk                            403 403 403 207
POST   /match                           403 403 403 200
GET    /gold/customers                  200 200 200 403
POST   /gold/customers/search           200 403 403 403
GET    /gold/customers/c                200 403 403 403
PUT    /gold/customers/c                403 403 403 204
DELETE /gold/customers/c                403 403 403 204
GET    /gold/customers/c/l              200 403 403 403
PUT    /gold/customers/c/l              403 403 403 204
DELETE /gold/customers/c/l              403 403 403 204
PUT    /gold/customers/bulk             403 403 403 207
DELETE /gold/customers/bulk             403 403 403 207
GET    /items/category-trees            403 200 200 403
GET    /items                           200 200 200 403
GET    /gold/items                      200 200 200 403
POST   /gold/items/search               200 200 200 403
GET    /gold/items/PRODUCT/p            200 200 404 403
PUT    /gold/items/PRODUCT/p            403 403 403 204
DELETE /gold/items/PRODUCT/p            403 403 403 204
PUT    /gold/items/PRODUCT/bulk         403 403 403 207
DELETE /gold/items/PRODUCT/bulk         403 403 403 207
GET    /me                              403 200 200 403
GET    /gold/groups                     200 403 403 403
POST   /gold/groups/search              200 403 403 403
GET    /gold/groups/g                   200 403 403 403
PUT    /gold/groups/g                   403 403 403 204
DELETE /gold/groups/g                   403 403 403 204
"""
"""What each kind of caller gets where the active segment `gold` holds the customer c, also for l, the product
p, and the group g.

O is c, who is in the segment, and o a customer who is not. Without any of the scopes, with O and no
customer, and with the token of another tenant all of it is 403; without a token it is 401.
"""
BODIES = {
    "POST /": SEGMENT,
    "PUT /gold": SEGMENT,
    "PATCH /gold": [],
    "POST /match": {"site": "main", "items": [], "segmentIds": []},
}


@dataclass(frozen=True)
class Row:
    """An operation, and the statuses of its answers to R, O, o and M."""

    method: str
    path: str
    statuses: tuple[int, ...]

    @property
    def scopes(self) -> list[str]:
        """Those that open it."""
        opening = zip((R, O, O, M), self.statuses, strict=True)
        return list(dict.fromkeys(scope for scope, status in opening if status != 403))

    @property
    def body(self) -> Any:
        """One that is answered well, where the operation takes any."""
        return BODIES.get(f"{self.method} {self.path}", [] if self.path.endswith("/bulk") else None)


OPERATIONS = [
    Row(method, path, tuple(map(int, statuses)))
    for method, path, *statuses in map(str.split, ANSWERS.splitlines()[1:])
]
each_operation = pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: f"{row.method} {row.path}")

FORBIDDEN = {
    "code": 403,
    "status": "Forbidden",
    "message": "The access to the requested resource has been forbidden by the server.",
}


def test_the_table_has_every_operation() -> None:
    parameters = {
        "gold": "segmentId",
        "c": "customerId",
        "l": "legalEntityId",
        "PRODUCT": "type",
        "p": "itemId",
        "g": "groupId",
    }

    def template(path: str) -> str:
        parts = path.removesuffix("/").split("/")
        return "/".join(f"{{{parameters[part]}}}" if part in parameters else part for part in parts)

    listed = [(row.method, template(row.path), row.scopes) for row in OPERATIONS]
    assert listed == [
        (one.method, one.path.removeprefix("/{tenant}/segments"), [scope.value for scope in one.scopes])
        for one in rest_compat.operations.OPERATIONS
    ]


async def fill(rest: Rest) -> None:
    await rest.segment("gold")
    for path in ("/customers/c", "/customers/c/l", "/items/PRODUCT/p", "/groups/g"):
        await rest.assign(f"/gold{path}")


@pytest.fixture
async def gold(shared: Shared) -> Rest:
    """A tenant that no test changes."""
    return await shared(fill)


@pytest.fixture
async def gold_to_change(rest: Rest) -> Rest:
    await fill(rest)
    return rest


@each_operation
async def test_every_caller_gets_the_answer_of_the_table(gold_to_change: Rest, row: Row) -> None:
    missing = {"type": "missing_scope", "message": f"Required scope(s): {', '.join(row.scopes)}"}
    callers = [("R", "c"), ("O", "c"), ("O", "stranger"), ("M", "c"), ("", "c"), ("O", "")]
    path = row.path.removesuffix("/")
    for (letters, customer), status in zip(callers, (*row.statuses, 403, 403), strict=True):
        response = await gold_to_change(row.method, path, row.body, scopes=letters, customer=customer)
        assert response.status_code == status, (letters, customer, response.text)
        if status == 403 and (customer or O not in row.scopes):
            assert response.json() == FORBIDDEN | {"details": missing}


@pytest.mark.parametrize("path", [row.path for row in OPERATIONS if row.scopes == [R, O]])
async def test_with_the_scope_to_read_all_it_needs_no_customer_to_read(gold: Rest, path: str) -> None:
    method = "POST" if path.endswith("/search") else "GET"
    assert (await gold(method, path.removesuffix("/"), scopes="RO")).status_code == 200


@each_operation
async def test_a_token_of_another_tenant_is_refused(gold: Rest, row: Row) -> None:
    foreign = gold.token("ROM", "c", tenant="elsewhere")
    path = row.path.removesuffix("/")
    response = await gold(row.method, path, row.body, headers={"Authorization": foreign})
    assert (response.status_code, response.json()) == (403, FORBIDDEN)


@each_operation
async def test_no_token_is_401_in_the_shape_of_the_contract(rest: Rest, row: Row) -> None:
    url = f"/customer-segment/{rest.tenant}/segments{row.path.removesuffix('/')}"
    response = await rest.client.request(row.method, url)
    detail = {"errorcode": "oauth.v2.InvalidAccessToken"}
    fault = {"fault": {"faultstring": "Invalid access token", "detail": detail}}
    assert (response.status_code, response.json()) == (401, fault)
    assert response.headers["www-authenticate"] == "Bearer"


async def test_refused_writers_change_nothing(rest: Rest) -> None:
    await rest.segment("gold")
    before = await rest.json("GET", "/gold")
    for row in OPERATIONS:
        if row.scopes == [M]:
            path = row.path.removesuffix("/")
            assert (await rest(row.method, path, row.body, scopes="RO", customer="c")).status_code == 403
    assert await rest.json("GET") == [before]
    assert await rest.json("GET", "/gold/customers") == []
    assert await rest.json("GET", "/items") == []


async def test_an_expired_token_says_so(rest: Rest) -> None:
    response = await rest("GET", headers={"Authorization": "Bearer expired"})
    detail = {"errorcode": "keymanagement.service.access_token_expired"}
    assert response.status_code == 401
    assert response.json() == {"fault": {"faultstring": "Access Token expired", "detail": detail}}


async def test_a_tenant_header_may_repeat_the_path_and_not_contradict_it(rest: Rest) -> None:
    assert (await rest("GET", headers={"Emporix-Tenant": rest.tenant})).status_code == 200
    response = await rest("GET", headers={"Emporix-Tenant": "elsewhere"}, scopes="")
    assert response.status_code == 400
    assert response.json()["details"]["field"] == "Emporix-Tenant"


async def test_one_customers_segments_need_the_scope_to_read_all(rest: Rest) -> None:
    await rest.segment("gold", status="INACTIVE")
    await rest.segment("iron")
    await rest.assign("/gold/customers/c1")
    for method, path in (("GET", ""), ("POST", "/search")):
        found = await rest.json(method, f"{path}?customerId=c1", scopes="R")
        assert [segment["id"] for segment in found] == ["gold"]
        response = await rest(method, f"{path}?customerId=c1&pageSize=none", scopes="O", customer="c1")
        missing = {"type": "missing_scope", "message": f"Required scope(s): {R}"}
        assert (response.status_code, response.json()) == (403, FORBIDDEN | {"details": missing})
