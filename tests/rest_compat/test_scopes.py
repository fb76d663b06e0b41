"""Who may call what: all thirty operations, with every kind of caller (behaviour sections 1 and 3)."""

import pytest

from resolvers.caller import Scope
from tests.rest_compat.rest import Rest

R, O, M = Scope.READ.value, Scope.READ_OWN.value, Scope.MANAGE.value  # noqa: E741  (the contract's letter)

OPERATIONS = [
    ("POST", "", [M]),
    ("GET", "", [R, O]),
    ("POST", "/search", [R, O]),
    ("GET", "/gold", [R, O]),
    ("PUT", "/gold", [M]),
    ("PATCH", "/gold", [M]),
    ("DELETE", "/gold", [M]),
    ("POST", "/bulk", [M]),
    ("PUT", "/bulk", [M]),
    ("DELETE", "/bulk", [M]),
    ("POST", "/match", [M]),
    ("GET", "/gold/customers", [R, O]),
    ("POST", "/gold/customers/search", [R]),
    ("GET", "/gold/customers/c", [R]),
    ("PUT", "/gold/customers/c", [M]),
    ("DELETE", "/gold/customers/c", [M]),
    ("GET", "/gold/customers/c/l", [R]),
    ("PUT", "/gold/customers/c/l", [M]),
    ("DELETE", "/gold/customers/c/l", [M]),
    ("PUT", "/gold/customers/bulk", [M]),
    ("DELETE", "/gold/customers/bulk", [M]),
    ("GET", "/items/category-trees", [O]),
    ("GET", "/items", [R, O]),
    ("GET", "/gold/items", [R, O]),
    ("POST", "/gold/items/search", [R, O]),
    ("GET", "/gold/items/PRODUCT/p", [R, O]),
    ("PUT", "/gold/items/PRODUCT/p", [M]),
    ("DELETE", "/gold/items/PRODUCT/p", [M]),
    ("PUT", "/gold/items/PRODUCT/bulk", [M]),
    ("DELETE", "/gold/items/PRODUCT/bulk", [M]),
]
each_operation = pytest.mark.parametrize(("method", "path", "scopes"), OPERATIONS)

FORBIDDEN = {
    "code": 403,
    "status": "Forbidden",
    "message": "The access to the requested resource has been forbidden by the server.",
}


@each_operation
async def test_only_the_listed_scopes_open_an_operation(
    rest: Rest, method: str, path: str, scopes: list[str]
) -> None:
    missing = {"type": "missing_scope", "message": f"Required scope(s): {', '.join(scopes)}"}
    for letter, scope in {"R": R, "O": O, "M": M, "": None}.items():
        response = await rest(method, path, scopes=letter, customer="c")
        if scope in scopes:
            assert response.status_code not in {401, 403}, response.text
        else:
            assert (response.status_code, response.json()) == (403, FORBIDDEN | {"details": missing})


@each_operation
async def test_own_reading_needs_a_customer(rest: Rest, method: str, path: str, scopes: list[str]) -> None:
    assert (await rest(method, path, scopes="O")).status_code == 403
    if R in scopes:
        assert (await rest(method, path, scopes="RO")).status_code != 403


@each_operation
async def test_a_token_of_another_tenant_is_refused(
    rest: Rest, method: str, path: str, scopes: list[str]
) -> None:
    foreign = rest.token("ROM", "c", tenant="elsewhere")
    response = await rest(method, path, headers={"Authorization": foreign})
    assert (response.status_code, response.json()) == (403, FORBIDDEN)
    assert scopes


@each_operation
async def test_no_token_is_401_in_the_shape_of_the_contract(
    rest: Rest, method: str, path: str, scopes: list[str]
) -> None:
    response = await rest.client.request(method, f"/customer-segment/{rest.tenant}/segments{path}")
    detail = {"errorcode": "oauth.v2.InvalidAccessToken"}
    fault = {"fault": {"faultstring": "Invalid access token", "detail": detail}}
    assert (response.status_code, response.json()) == (401, fault)
    assert response.headers["www-authenticate"] == "Bearer"
    assert scopes


async def test_refused_writers_change_nothing(rest: Rest) -> None:
    await rest.segment("gold")
    before = await rest.json("GET", "/gold")
    for method, path, scopes in OPERATIONS:
        if scopes == [M]:
            assert (await rest(method, path, scopes="RO", customer="c")).status_code == 403
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
        assert await rest.json(method, f"{path}?customerId=", scopes="R") == []
        response = await rest(method, f"{path}?customerId=c1&pageSize=none", scopes="O", customer="c1")
        missing = {"type": "missing_scope", "message": f"Required scope(s): {R}"}
        assert (response.status_code, response.json()) == (403, FORBIDDEN | {"details": missing})
