import orjson
import pytest

from rest_compat.wire.responses import (
    JsonResponse,
    failure_response,
    json_response,
    not_modified,
    phrase_of,
)


@pytest.mark.parametrize(
    ("status", "phrase"),
    [(413, "Request Entity Too Large"), (414, "URI Too Long"), (404, "Not Found"), (207, "Multi-Status")],
)
def test_phrases(status: int, phrase: str) -> None:
    assert phrase_of(status) == phrase


def test_a_response_has_type_and_length() -> None:
    response = JsonResponse(b"{}", 201, {"ETag": '"1"'}, "application/problem+json")
    assert response.status_code == 201
    assert response.raw_headers == [
        (b"content-type", b"application/problem+json"),
        (b"content-length", b"2"),
        (b"etag", b'"1"'),
    ]


def test_values_are_written_as_json() -> None:
    assert json_response({"name": "é"}).body == '{"name":"é"}'.encode()


def test_a_failure_has_the_members_of_the_contract() -> None:
    response = failure_response(404, "No such segment.", {"Retry-After": "1"}, resourceId="gold")
    assert orjson.loads(bytes(response.body)) == {
        "code": 404,
        "status": "Not Found",
        "message": "No such segment.",
        "resourceId": "gold",
    }
    assert response.headers["retry-after"] == "1"


def test_an_unmodified_representation_has_no_body() -> None:
    response = not_modified({"ETag": '"1"'})
    assert (response.status_code, response.body, response.headers["etag"]) == (304, b"", '"1"')
