"""Which media type a request gets, as RFC 9110, section 12.5.1, has it."""

import pytest

from gateway.graphql.response import GRAPHQL_RESPONSE, JSON, MEDIA_TYPES
from rest_compat.wire.accept import MOST_RANGES, accept_of


def preferred(*lines: str) -> str | None:
    return accept_of([(b"accept", line.encode()) for line in lines]).preferred(MEDIA_TYPES)


@pytest.mark.parametrize(
    ("lines", "media_type"),
    [
        ([], JSON),
        ([""], JSON),
        ([" , "], JSON),
        (["*/*"], JSON),
        (["*"], JSON),
        (["application/*"], JSON),
        (["text/html", JSON], JSON),
        ([GRAPHQL_RESPONSE, JSON], GRAPHQL_RESPONSE),
        ([JSON, GRAPHQL_RESPONSE], JSON),
        ([f"{JSON};q=0.5", GRAPHQL_RESPONSE], GRAPHQL_RESPONSE),
        ([f"{JSON};q=0, */*"], GRAPHQL_RESPONSE),
        (["*/*", f"{JSON};q=0"], GRAPHQL_RESPONSE),
        ([f"{GRAPHQL_RESPONSE};q=0, */*"], JSON),
        ([f"application/*;q=0, {JSON}"], JSON),
        ([f"{JSON};q=0, {GRAPHQL_RESPONSE};q=0.000, */*"], None),
        (["*/*;q=0"], None),
        (["application/*;q=0, */*"], None),
        ([f"{JSON};q=0.1, */*;q=0.9"], GRAPHQL_RESPONSE),
        ([f"*/*;q=0.9, {JSON};q=0.1"], GRAPHQL_RESPONSE),
        ([f"{JSON}; Q=0.2, {GRAPHQL_RESPONSE}; q = 0.1"], JSON),
        (["Application/JSON"], JSON),
        ([f"{JSON};q=0;charset=utf-8, {GRAPHQL_RESPONSE}"], GRAPHQL_RESPONSE),
        ([f"{JSON};charset=latin-1"], None),
        ([f'{JSON};charset="UTF-8"'], JSON),
        ([f"{JSON};odata=verbose"], JSON),
        (['text/x;a=",application/json,"'], None),
        (["text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"], JSON),
        ([f"{JSON};q=nan"], None),
        ([f"{JSON};q=inf, {GRAPHQL_RESPONSE};q=0.1"], GRAPHQL_RESPONSE),
        ([f"{JSON};q=7"], None),
        ([f"{JSON};q=-1"], None),
        ([f"{JSON};q="], None),
        (["application"], None),
        (["/*"], None),
        (["application/jso*"], None),
    ],
)
def test_the_most_wanted_media_type_is_chosen(lines: list[str], media_type: str | None) -> None:
    assert preferred(*lines) == media_type


def test_ranges_beyond_a_hundred_are_not_read() -> None:
    others = ", ".join(f"a/{number}" for number in range(MOST_RANGES - 1))
    assert preferred(f"{others}, {JSON}") == JSON
    assert preferred(f"a/a, {others}, {JSON}") is None
