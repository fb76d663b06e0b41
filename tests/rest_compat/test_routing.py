from typing import Any

import pytest
from starlette.types import ASGIApp, Message

from rest_compat.operations import OPERATIONS
from tests.rest_compat.rest import Rest, validation

NO_ENDPOINT = {"code": 404, "status": "Not Found", "message": "No such endpoint."}


def test_there_are_36_operations_with_ids_of_their_own() -> None:
    assert len({operation.operation_id for operation in OPERATIONS}) == 36
    assert all(one.operation_id.startswith(f"{one.method}-customer-segment-") for one in OPERATIONS)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/gold/",
        "//customers",
        "/gold/customers/",
        "/gold/nothing",
        "/gold/customers/c/l/more",
        "/items/",
    ],
)
async def test_an_unknown_path_is_404_for_everybody(rest: Rest, path: str) -> None:
    response = await rest.client.get(f"/customer-segment/{rest.tenant}/segments{path}")
    assert (response.status_code, response.json()) == (404, NO_ENDPOINT)
    assert response.headers["content-type"] == "application/json"


async def test_the_tenant_alone_is_no_endpoint(rest: Rest) -> None:
    for path in ("", "/", f"/{rest.tenant}", f"/{rest.tenant}/"):
        response = await rest.client.get(f"/customer-segment{path}")
        assert response.status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PATCH", "", "GET, HEAD, POST"),
        ("GET", "/search", "POST"),
        ("GET", "/match", "POST"),
        ("GET", "/bulk", "DELETE, POST, PUT"),
        ("PATCH", "/bulk", "DELETE, POST, PUT"),
        ("DELETE", "/items", "GET, HEAD"),
        ("POST", "/gold", "DELETE, GET, HEAD, PATCH, PUT"),
        ("GET", "/gold/customers/bulk", "DELETE, PUT"),
        ("DELETE", "/gold/customers/search", "POST"),
        ("GET", "/gold/items/PRODUCT/bulk", "DELETE, PUT"),
        ("OPTIONS", "/items/category-trees", "GET, HEAD"),
    ],
)
async def test_a_literal_path_wins_for_every_method(rest: Rest, method: str, path: str, allow: str) -> None:
    response = await rest(method, path)
    assert response.status_code == 405
    assert response.headers["allow"] == allow
    assert response.json() == {
        "code": 405,
        "status": "Method Not Allowed",
        "message": "The method is not allowed for this path.",
    }


async def test_an_encoded_literal_is_the_literal(rest: Rest) -> None:
    assert (await rest("GET", "/%62ulk")).status_code == 405
    assert (await rest("GET", "/%69tems")).json() == []


async def test_head_answers_as_get_does(rest: Rest) -> None:
    await rest.segment("gold")
    assert (await rest("HEAD", "/gold")).status_code == 200


async def test_an_id_may_be_percent_encoded_or_not(rest: Rest) -> None:
    await rest.segment("gold")
    await rest.assign("/gold/customers/a%20b%40c+d%C3%A9")
    for path in ("/gold/customers/a%20b@c+d%C3%A9", "/%67old/customers/a%20b%40c%2Bdé"):
        assert (await rest.json("GET", path))["customer"] == {"id": "a b@c+dé"}


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/a%2Fb", "segmentId"),
        ("/gold%2Fcustomers", "segmentId"),
        ("/bulk%2F", "segmentId"),
        ("/gold/customers/a%2Fb", "customerId"),
        ("/gold/customers/a%2fb/le", "customerId"),
        ("/gold/customers/a/l%2Fe", "legalEntityId"),
        ("/gold/items/PRODUCT/a%2Fb", "itemId"),
        ("/gold/items/PRODUCT%2Fa/b", "type"),
        ("/gold/items/product/a", "type"),
        ("/%ff", "segmentId"),
        ("/gold%00", "segmentId"),
        ("/gold%0A", "segmentId"),
        ("/gold/customers/%0D%0Aa", "customerId"),
        ("/gold/customers/%c3%28", "customerId"),
        ("/gold/customers/a%00", "customerId"),
        ("/gold/customers/search/le", "customerId"),
        ("/gold/items/%F0%9F/a", "type"),
        ("/items/items", "segmentId"),
        ("/me/groups", "segmentId"),
        ("/gold/groups/a%2Fb", "groupId"),
        (f"/{'x' * 129}", "segmentId"),
    ],
)
async def test_a_malformed_id_is_400_and_never_another_route(rest: Rest, path: str, field: str) -> None:
    response = await rest("GET", path)
    assert response.status_code == 400
    body = response.json()
    assert body == validation(field, body["details"]["message"], of="parameter")


async def test_a_malformed_tenant_is_400_before_anything_but_the_token(rest: Rest) -> None:
    for tenant in ("ab", "Shop", "1shop", "shop-eu", "s" * 17, "sh%2Fop", "sh%ff"):
        path = f"/customer-segment/{tenant}/segments"
        response = await rest.client.get(path, headers={"Authorization": rest.token("", tenant="other")})
        expected = validation("tenant", "A tenant has 3 to 16 of the characters a-z 0-9.", of="parameter")
        assert (response.status_code, response.json()) == (400, expected)
        assert (await rest.client.get(path)).status_code == 401


async def test_a_slash_that_is_part_of_the_mount_leads_nowhere(rest: Rest) -> None:
    response = await rest.client.get(f"/customer-segment%2F{rest.tenant}%2Fsegments")
    assert response.status_code == 404


async def test_a_websocket_is_turned_away(rest_app: ASGIApp) -> None:
    sent: list[Any] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    path = "/customer-segment/shop/segments"
    await rest_app({"type": "websocket", "path": path, "headers": [], "root_path": ""}, receive, send)
    assert sent == ["websocket.close"]
