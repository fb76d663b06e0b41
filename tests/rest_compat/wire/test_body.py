"""A body is JSON in UTF-8, without a content coding; everything else is 415 (RFC 9110, section 15.5.16)."""

import pytest

from tests.rest_compat.bodies import BOM, CODED, NOT_UTF_8, charsets, codings
from tests.rest_compat.rest import Rest

JSON = {"Content-Type": "application/json"}
TEXT = '{"name": {"de": "Grün"}, "siteCode": "main"}'
PATCH = {"Content-Type": "application/json-patch+json"}


def refusal(message: str) -> dict[str, object]:
    return {"code": 415, "status": "Unsupported Media Type", "message": message}


@pytest.mark.parametrize("coding", codings(b""))
@pytest.mark.parametrize(("method", "path"), [("PUT", "/gold"), ("POST", "/search"), ("DELETE", "/bulk")])
async def test_a_body_with_a_content_coding_is_415(rest: Rest, method: str, path: str, coding: str) -> None:
    headers, content = codings(TEXT.encode())[coding]
    response = await rest(method, path, content=content, headers={**JSON, **headers})
    assert (response.status_code, response.json()) == (415, refusal(CODED))
    assert response.headers["accept-encoding"] == "identity"
    assert "accept" not in response.headers
    assert await rest.json("GET") == []


@pytest.mark.parametrize("charset", charsets("ü"))
async def test_a_body_in_another_charset_is_415(rest: Rest, charset: str) -> None:
    content = charsets(TEXT)[charset]
    for headers in (JSON, {"Content-Type": f"application/json; charset={charset}"}):
        response = await rest("PUT", "/gold", content=content, headers=headers)
        assert (response.status_code, response.json()) == (415, refusal(NOT_UTF_8))
        assert response.headers["accept"] == "application/json"
        assert "accept-encoding" not in response.headers
    response = await rest("PATCH", "/gold", content=b'[{"op": "\xfc"}]', headers=PATCH)
    assert response.headers["accept"] == "application/json, application/json-patch+json"
    assert await rest.json("GET") == []


async def test_a_charset_that_the_content_type_names_has_to_be_utf_8(rest: Rest) -> None:
    for parameters, status in (
        ("; charset=iso-8859-1", 415),
        ("; odata=verbose; charset=utf-16", 415),
        ("; charset=", 415),
        ('; CHARSET="UTF-8"', 200),
        ("; charset=utf8; odata=verbose;", 200),
        (";odata=verbose", 200),
    ):
        headers = {"Content-Type": f"application/json{parameters}"}
        response = await rest("POST", "/search", content=b"{}", headers=headers)
        assert response.status_code == status, parameters


async def test_a_byte_order_mark_before_json_is_ignored(rest: Rest) -> None:
    response = await rest("PUT", "/gold", content=BOM + TEXT.encode(), headers=JSON)
    assert response.status_code == 201
    assert (await rest.json("GET", "/gold", headers={"Accept-Language": "*"}))["name"] == {"de": "Grün"}
    assert await rest.json("POST", "/search", content=BOM, headers=JSON) != []
    for content in (BOM * 2 + b"{}", b" " + BOM + b"{}"):
        assert (await rest("POST", "/search", content=content, headers=JSON)).status_code == 400


@pytest.mark.parametrize("coding", ["identity", "", "Identity, identity"])
async def test_the_identity_coding_is_none(rest: Rest, coding: str) -> None:
    headers = {**JSON, "Content-Encoding": coding}
    assert (await rest("PUT", "/gold", content=TEXT.encode(), headers=headers)).status_code == 201


async def test_a_coding_of_no_body_does_no_harm(rest: Rest) -> None:
    headers = {**JSON, "Content-Encoding": "gzip"}
    assert (await rest("POST", "/search", headers=headers)).json() == []
    assert (await rest("GET", headers=headers)).json() == []


async def test_codings_on_several_lines_are_one_list(rest: Rest) -> None:
    response = await rest.client.put(
        f"/customer-segment/{rest.tenant}/segments/gold",
        content=TEXT.encode(),
        headers=[
            ("Authorization", rest.token("RM")),
            ("Content-Type", "application/json"),
            ("Content-Encoding", "identity"),
            ("Content-Encoding", "gzip"),
        ],
    )
    assert (response.status_code, response.json()) == (415, refusal(CODED))


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1" + "0" * 400 + ".0"])
async def test_a_number_above_all_doubles_is_not_called_a_matter_of_syntax(rest: Rest, number: str) -> None:
    content = f'{{"name": {{"en": "x"}}, "siteCode": "m", "mixins": {{"a": {{"b": {number}}}}}}}'
    response = await rest("POST", content=content.encode(), headers=JSON)
    assert response.status_code == 400
    assert "JSON" not in response.json()["details"]["message"]
    assert "UTF-8" not in response.json()["details"]["message"]
