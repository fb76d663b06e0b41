"""What real clients send beside the point."""

from typing import Any

import pytest

from tests.rest_compat.rest import Rest, ids, validation


async def test_unknown_members_and_parameters_are_ignored(rest: Rest) -> None:
    body = {"id": "gold", "name": {"en": "x"}, "siteCode": "main", "colour": "red", "owner": None}
    await rest.json("POST", "?colour=red&colour=blue&&=x", body)
    assert "colour" not in await rest.json("GET", "/gold?colour")
    await rest.assign("/gold/customers/c", {"customerId": "other", "colour": "red"})
    assert ids(await rest.json("GET", "/gold/customers")) == ["c"]


async def test_a_space_is_a_plus_or_an_encoded_one(rest: Rest) -> None:
    await rest.segment("gold", name={"en": "Golden Segment"})
    for space in ("+", "%20"):
        q = f"name.en:%22Golden{space}Segment%22{space}siteCode:main"
        assert ids(await rest.json("GET", f"?q={q}")) == ["gold"]
    assert await rest.json("GET", "?q=name.en:%22Golden%2BSegment%22") == []


async def test_a_content_type_on_a_request_without_a_body_does_no_harm(rest: Rest) -> None:
    for content_type in ("application/json", "text/plain", ""):
        headers = {"Content-Type": content_type}
        assert (await rest("GET", headers=headers)).status_code == 200
        assert (await rest("DELETE", "/gold", headers=headers)).status_code == 204
        assert (await rest("POST", "/search", headers=headers)).status_code == 200


async def test_a_body_may_end_in_newlines_or_be_nothing_else(rest: Rest) -> None:
    for content in (b'{"q": "siteCode:main"}\r\n\n', b"\n", b""):
        response = await rest(
            "POST", "/search", content=content, headers={"Content-Type": "application/json"}
        )
        assert response.json() == []


async def test_a_body_where_none_belongs_is_not_looked_at(rest: Rest) -> None:
    assert (await rest("GET", content=b"{", headers={"Content-Type": "text/plain"})).status_code == 200
    assert (await rest("DELETE", "/gold", content=b"{")).status_code == 204


async def test_of_a_member_given_twice_the_last_counts(rest: Rest) -> None:
    content = b'{"id": "iron", "id": "gold", "name": {"en": "x"}, "siteCode": "main"}'
    response = await rest("POST", content=content, headers={"Content-Type": "application/json"})
    assert response.json() == {"id": "gold"}


async def test_a_query_that_is_no_text_is_400(rest: Rest) -> None:
    for query, field in (("q=%ff", "q"), ("a=%00", "a"), ("%ff=1", None), ("q=%ED%A0%80", "q")):
        response = await rest("GET", f"?{query}")
        message = "The query is not UTF-8, or holds the character U+0000."
        assert (response.status_code, response.json()) == (400, validation(field, message, of="parameter"))


async def test_numbers_that_no_database_can_hold_are_400(rest: Rest) -> None:
    for number in ("1e999", "123456789012345678901234567890"):
        content = f'{{"name": {{"en": "x"}}, "siteCode": "m", "mixins": {{"a": {{"b": {number}}}}}}}'
        response = await rest("POST", content=content.encode(), headers={"Content-Type": "application/json"})
        assert response.status_code == 400


EMPTY = [
    ("GET", "", "q sort fields pageSize pageNumber next prev customerId legalEntityId"),
    ("POST", "/search", "sort fields pageSize pageNumber next prev customerId legalEntityId"),
    ("GET", "/gold", "fields legalEntityId"),
    ("GET", "/items", "q sort fields pageSize pageNumber next prev legalEntityId siteCode onlyActive"),
    ("GET", "/gold/items", "q sort fields pageSize pageNumber next prev legalEntityId"),
    ("POST", "/gold/items/search", "sort fields pageSize pageNumber next prev legalEntityId"),
    ("GET", "/gold/items/PRODUCT/p", "fields legalEntityId"),
    ("GET", "/gold/customers", "q sort fields pageSize pageNumber next prev"),
    ("POST", "/gold/customers/search", "sort fields pageSize pageNumber next prev"),
    ("GET", "/gold/customers/c", "fields"),
    ("DELETE", "/iron", "forceDelete"),
    ("DELETE", "/bulk", "forceDelete"),
]


@pytest.mark.parametrize(("method", "path", "names"), EMPTY)
async def test_an_empty_parameter_is_absent(rest: Rest, method: str, path: str, names: str) -> None:
    await rest.segment("gold")
    await rest.assign("/gold/items/PRODUCT/p")
    await rest.assign("/gold/customers/c")
    body: Any = {} if method == "POST" else [] if path == "/bulk" else None
    headers = {"X-Total-Count": "true"}
    absent = await rest(method, path, body, headers=headers)
    assert absent.is_success
    every = "&".join(f"{name}=" for name in names.split())
    for query in (every, *(f"{name}=" for name in names.split()), *names.split()):
        empty = await rest(method, f"{path}?{query}", body, headers=headers)
        assert (empty.status_code, empty.content) == (absent.status_code, absent.content), query
        assert empty.headers.get("x-total-count") == absent.headers.get("x-total-count"), query


async def test_an_empty_parameter_does_not_replace_another(rest: Rest) -> None:
    await rest.segment("gold")
    await rest.segment("iron")
    assert ids(await rest.json("GET", "?pageSize=1&pageSize=")) == ["gold"]
    assert ids(await rest.json("GET", "?pageSize=&pageSize=1")) == ["gold"]


async def test_an_empty_customer_needs_no_scope(rest: Rest) -> None:
    await rest.segment("gold")
    await rest.assign("/gold/customers/c")
    assert ids(await rest.json("GET", "?customerId=", scopes="O", customer="c")) == ["gold"]
