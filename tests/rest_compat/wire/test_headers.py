"""List headers: several lines are one list (RFC 9110, section 5.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest_compat.wire.headers import list_members, list_value
from tests.rest_compat.rest import Rest, validation

GOLD = {"id": "gold", "name": {"en": "Gold", "de": "Gold (de)"}, "siteCode": "main"}


def test_the_lines_of_a_list_header_are_joined_in_their_order() -> None:
    headers = [(b"accept", b"a"), (b"other", b"x"), (b"accept", b"b,c"), (b"accept", b"")]
    assert list_value(headers, b"accept") == "a, b,c, "
    assert list_value(headers, b"missing") is None


@pytest.mark.parametrize(
    ("value", "members"),
    [
        ("a, b,c", ["a", "b", "c"]),
        (" , ,a,\t,", ["a"]),
        ("", []),
        ('a;x="1,2", b', ['a;x="1,2"', "b"]),
        (r'W/"a\",b", "c"', [r'W/"a\",b"', '"c"']),
        ('"open, b', ['"open, b']),
        ('"open\\', ['"open\\']),
    ],
)
def test_a_comma_in_a_quoted_string_does_not_end_a_member(value: str, members: list[str]) -> None:
    assert list(list_members(value, 10)) == members


def test_members_beyond_the_bound_are_not_read() -> None:
    assert list(list_members("a, b, c, d", 2)) == ["a", "b"]


@given(st.text('a",\\; \t'))
def test_any_text_is_read_without_losing_a_character(value: str) -> None:
    members = list(list_members(value, 1_000))
    kept = "".join(members).replace(",", "").replace(" ", "").replace("\t", "")
    assert kept == value.replace(",", "").replace(" ", "").replace("\t", "")


async def request_with_lines(rest: Rest, method: str, path: str, name: str, *lines: str, body: object) -> int:
    """Send one header on several lines; return the status."""
    response = await rest.client.request(
        method,
        f"/customer-segment/{rest.tenant}/segments{path}",
        json=body,
        headers=[("Authorization", rest.token("RM")), *((name, line) for line in lines)],
    )
    return response.status_code


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["fr", "de"], {"de": "Gold (de)"}),
        (["fr;q=0.9, en;q=0.1", "de;q=0.5"], {"de": "Gold (de)"}),
        (["", "de"], {"de": "Gold (de)"}),
        (["fr", "*"], {"en": "Gold"}),
        (["*", "de"], {"en": "Gold", "de": "Gold (de)"}),
        (["de;q=0", "en"], {"en": "Gold"}),
    ],
)
async def test_accept_language_on_several_lines(rest: Rest, lines: list[str], name: dict[str, str]) -> None:
    await rest.json("POST", "", GOLD)
    for path in ("", "/gold"):
        response = await rest.client.get(
            f"/customer-segment/{rest.tenant}/segments{path}",
            headers=[("Authorization", rest.token("RM")), *(("Accept-Language", line) for line in lines)],
        )
        body = response.json()
        assert (body[0] if isinstance(body, list) else body)["name"] == name


async def test_content_language_on_several_lines(rest: Rest) -> None:
    name = "Content-Language"
    assert await request_with_lines(rest, "POST", "", name, "en", "de", body=GOLD) == 201
    assert await request_with_lines(rest, "PUT", "/gold", name, "en", "fr", "de", body=GOLD) == 204
    assert await request_with_lines(rest, "PUT", "/gold", name, "en", "fr", body=GOLD) == 400
    bare = {**GOLD, "name": "Gold"}
    assert await request_with_lines(rest, "PUT", "/gold", name, "en", body=bare) == 204
    assert await request_with_lines(rest, "PUT", "/gold", name, "en", "de", body=bare) == 400


async def test_a_malformed_second_line_of_content_language_is_refused(rest: Rest) -> None:
    response = await rest.client.post(
        f"/customer-segment/{rest.tenant}/segments",
        json=GOLD,
        headers=[
            ("Authorization", rest.token("RM")),
            ("Content-Language", "en"),
            ("Content-Language", "d e"),
        ],
    )
    message = "'d e' is not a language tag such as en or de-CH."
    assert response.json() == validation("Content-Language", message, of="parameter")
