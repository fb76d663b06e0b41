import hashlib

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from rest_compat.openapi.endpoint import openapi_json


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = Starlette(routes=[Route("/openapi.json", openapi_json)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")


async def test_the_tag_is_of_the_bytes(client: httpx.AsyncClient) -> None:
    answer = await client.get("/openapi.json")
    tag = hashlib.sha256(answer.content).hexdigest()[:32]
    assert (answer.status_code, answer.headers["etag"], answer.headers["cache-control"]) == (
        200,
        f'"{tag}"',
        "no-cache",
    )
    again = await client.get("/openapi.json", headers={"If-None-Match": f'"{tag}"'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", f'"{tag}"')


async def test_a_malformed_precondition_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/openapi.json", headers={"If-None-Match": "no tag"})
    assert answer.status_code == 400
    assert answer.json()["details"]["field"] == "If-None-Match"
