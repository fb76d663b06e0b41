from typing import Any, cast

import pytest
from starlette.datastructures import Headers

from resolvers.caller import Caller
from resolvers.errors import InvalidArgument, InvalidInput
from resolvers.policy import Policy
from rest_compat.call import Call, parameters, parse_query


def call(query: str = "", path: dict[str, str] | None = None, **headers: str) -> Call:
    return Call(
        Caller("shop"),
        Policy(),
        cast("Any", None),
        path or {},
        parse_query(query.encode()),
        Headers({name.replace("_", "-"): value for name, value in headers.items()}),
        cast("Any", None),
    )


@pytest.mark.parametrize(
    ("text", "query"),
    [
        (b"", {}),
        (b"q=a+b%20c", {"q": "a b c"}),
        (b"q=a=b&sort", {"q": "a=b"}),
        (b"q=&q=b&q=c", {"q": "c"}),
        (b"q=%C3%A9", {"q": "é"}),
    ],
)
def test_parameters_of_the_query(text: bytes, query: dict[str, str]) -> None:
    assert parse_query(text) == query


@pytest.mark.parametrize(("text", "path"), [(b"q=%FF", ("q",)), (b"q=%00", ("q",)), (b"%FF=a", ())])
def test_a_query_that_cannot_be_stored(text: bytes, path: tuple[str, ...]) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        parse_query(text)
    assert refusal.value.message == "The query is not UTF-8, or holds the character U+0000."
    assert refusal.value.path == path


def test_flags() -> None:
    assert call("forceDelete=TRUE").flag("forceDelete")
    assert not call().flag("forceDelete")
    with pytest.raises(InvalidArgument) as refusal:
        call("forceDelete=1").flag("forceDelete")
    assert refusal.value.path == ("forceDelete",)


def test_the_segment_of_the_path() -> None:
    assert call(path={"segmentId": "gold"}).segment_id == "gold"
    with pytest.raises(InvalidArgument) as refusal:
        _ = call(path={"segmentId": "go ld"}).segment_id
    assert refusal.value.path == ("segmentId",)


def test_headers_choose_languages() -> None:
    german = call(accept_language="de;q=0.5, fr;q=0", content_language="de")
    assert german.shown({"de": "Gold", "en": "Golden"}) == {"de": "Gold"}
    assert german.content_language.only == "de"
    assert call().shown({"de": "Gold", "en": "Golden"}) == {"en": "Golden"}


def test_a_fault_of_a_parameter_is_one_of_an_argument() -> None:
    with pytest.raises(InvalidArgument) as refusal, parameters():
        raise InvalidInput("any", path=("siteCode",))
    assert (refusal.value.message, refusal.value.path) == ("any", ("siteCode",))


def test_a_call_later_has_another_instant() -> None:
    first = call()
    assert first.later().now >= first.now
    assert first.later().headers is first.headers
