import pytest
from starlette.requests import Request

from gateway.http.browsers import asks_for_page


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("text/html, application/json", True),
        ("text/html;q=0.5, application/json", False),
        ("text/html;q=0, */*", False),
        ("text/*", True),
        ("*/*", False),
        ("application/json", False),
    ],
)
def test_a_browser_names_html_and_wants_it_most(accept: str, *, expected: bool) -> None:
    request = Request({"type": "http", "headers": [(b"accept", accept.encode())]})
    assert asks_for_page(request) is expected


def test_a_client_without_the_header_is_no_browser() -> None:
    assert not asks_for_page(Request({"type": "http", "headers": []}))
