import pytest

from resolvers.errors import InvalidInput
from resolvers.webhook.target import EXPECTED, Target, parse_target


@pytest.mark.parametrize(
    ("url", "target", "authority"),
    [
        ("https://Shop.example", Target("https", "shop.example", 443, "/"), "shop.example"),
        ("https://shop.example:443/a?b=c", Target("https", "shop.example", 443, "/a?b=c"), "shop.example"),
        ("https://shop.example:8443?b", Target("https", "shop.example", 8443, "/?b"), "shop.example:8443"),
        ("https://127.0.0.1/", Target("https", "127.0.0.1", 443, "/"), "127.0.0.1"),
        ("https://[0:0::1]:99/", Target("https", "::1", 99, "/"), "[::1]:99"),
        ("http://shop.example", Target("http", "shop.example", 80, "/"), "shop.example"),
    ],
)
def test_parts_of_a_url(url: str, target: Target, authority: str) -> None:
    parsed = parse_target(url, allows_http=True)
    assert parsed == target
    assert parsed.authority == authority
    assert parsed.origin == (target.scheme, target.host, target.port)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://shop.example",
        "https://user@shop.example",
        "https://shop.example/#a",
        "https://shop.example/a b",
        "https://shop.example:0",
        "https://shop.example:65536",
        "https://-shop.example",
        "https://shop..example",
        "https://127.1",
        "https://0x7f.1",
        "https://0177.0.0.1",
        "https://[::1",
        "https://[:::]",
        "https://schöp.example",
        f"https://shop.example/{'a' * 2_048}",
        f"https://{'a.' * 130}example",
    ],
)
def test_other_texts_are_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_target(url, allows_http=True)
    assert (refusal.value.message, refusal.value.path) == (EXPECTED, ("url",))


def test_http_has_to_be_allowed() -> None:
    with pytest.raises(InvalidInput, match=r"Only https is allowed\."):
        parse_target("http://shop.example", allows_http=False)
