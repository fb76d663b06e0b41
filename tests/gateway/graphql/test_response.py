import httpx
import pytest

from gateway.graphql.response import GRAPHQL_RESPONSE, JSON

NEWER = f"{GRAPHQL_RESPONSE}; charset=utf-8"
TEXT = "{ __typename }"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("lines", "status", "media_type"),
    [
        (["text/html", JSON], 200, JSON),
        ([JSON, "text/html"], 200, JSON),
        (["text/plain", GRAPHQL_RESPONSE], 200, NEWER),
        ([f"{JSON};q=0, */*"], 200, NEWER),
        (["text/plain", "text/html"], 406, JSON),
    ],
)
async def test_lines_of_the_header_are_one_list(
    client: httpx.AsyncClient, method: str, lines: list[str], status: int, media_type: str
) -> None:
    sent = {"params": {"query": TEXT}} if method == "GET" else {"json": {"query": TEXT}}
    headers = [("Accept", line) for line in lines]
    response = await client.request(method, "/graphql", headers=headers, **sent)  # type: ignore[arg-type]
    assert (response.status_code, response.headers["Content-Type"]) == (status, media_type)
