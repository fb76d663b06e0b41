"""Text under mixins whose offset leads out of the years 1 to 9999 is no instant, on either database."""

import pytest

from tests.factories.documents import segment
from tests.factories.shop import Shop
from tests.schema.client import Graph

STORED = {
    "a": "9999-12-31T23:59:59-13:00",
    "b": "9999-12-31T10:59:59.999-13:00",
    "c": "9999-12-31T23:59:59.999Z",
    "d": "9999-12-31T11:00:00-13:00",
    "e": "2024-05-01T00:00:00+13:00",
    "f": "0001-01-01T00:00:00+13:00",
    "g": "0999-12-31T23:59:59-13:00",
    "h": "1000-01-01T00:00:00+13:00",
}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('(>"2000-01-01")', "bce"),
        ('(>="9999-12-31T23:59:59.999Z")', "bc"),
        ('(>"9999-12-31T23:59:59.999Z")', ""),
        ('(<"2000-01-01")', "h"),
        ('"9999-12-31T23:59:59.999Z"', "bc"),
        ('"9999-12-31T23:59:59-13:00"', "a"),
        ('(>="9999-12-31T23:59:59-13:00")', "ac"),  # in the order of text, as it is no instant
        ('"0001-01-01T00:00:00+13:00"', "f"),
        ('(<"0001-01-01T00:00:00Z")', ""),
    ],
)
async def test_a_filter(shop: Shop, condition: str, expected: str) -> None:
    await shop.segments(*(segment(id_, mixins={"m": {"at": text}}) for id_, text in STORED.items()))
    data = await Graph(shop)(
        "query ($q: String) { segments(q: $q) { nodes { id } } }", {"q": f"mixins.m.at:{condition}"}
    )
    assert [node["id"] for node in data["segments"]["nodes"]] == list(expected)


@pytest.mark.parametrize("instant", [STORED["a"], STORED["d"], STORED["f"]])
async def test_such_a_validity_is_refused(shop: Shop, instant: str) -> None:
    answer = await Graph(shop).ask(
        """mutation ($to: DateTime) { segmentCreate(input: {
            name: [{language: "en", text: "x"}], siteCode: "main", validity: {to: $to}
        }) { segment { id } } }""",
        {"to": instant},
    )
    assert answer.codes == ["BAD_REQUEST"]
