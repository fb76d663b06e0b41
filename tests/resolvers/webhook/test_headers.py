from typing import Any

import pytest

from resolvers.errors import InvalidInput
from resolvers.webhook.headers import LONGEST_NAME, LONGEST_VALUE, MOST_HEADERS, checked_headers


def test_headers_are_returned() -> None:
    headers = {
        "X-Shop": "gold \t1",
        "Authorization": "Bearer " + "a" * (LONGEST_VALUE - 7),
        "n" * LONGEST_NAME: "v",
    }
    assert checked_headers(headers) is headers
    assert checked_headers(None) == {}


@pytest.mark.parametrize(
    ("headers", "message", "path"),
    [
        ([], "An object of at most 20 names and texts is expected.", ()),
        (
            {f"x-{number}": "v" for number in range(MOST_HEADERS + 1)},
            "An object of at most 20 names and texts is expected.",
            (),
        ),
        ({"X-A": "1", "x-a": "2"}, "A header is given twice.", ()),
        ({"X A": "1"}, "This is not the name of a header.", ("X A",)),
        ({"n" * 101: "1"}, "This is not the name of a header.", ("n" * 101,)),
        ({"Host": "a"}, "This header is not for you to set.", ("Host",)),
        ({"Webhook-Id": "a"}, "This header is not for you to set.", ("Webhook-Id",)),
        ({"Proxy-Authorization": "a"}, "This header is not for you to set.", ("Proxy-Authorization",)),
    ],
)
def test_headers_at_fault(headers: Any, message: str, path: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_headers(headers)
    assert (refusal.value.message, refusal.value.path) == (message, ("headers", *path))


@pytest.mark.parametrize("value", ["", " a", "a ", "a\r\nX-B: 1", "é", "a" * 2_001, 5, None])
def test_values_at_fault(value: Any) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_headers({"X-A": value})
    assert refusal.value.message == "A text of 1 to 2,000 printable ASCII characters is expected."
    assert refusal.value.path == ("headers", "X-A")
