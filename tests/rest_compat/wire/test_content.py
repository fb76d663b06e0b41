import pytest

from rest_compat.wire.content import (
    CODED,
    GZIP,
    NOT_UTF_8,
    check_content_coding,
    check_media_type,
    check_utf_8,
)
from rest_compat.wire.errors import Refused

JSON = ("application/json",)
EXPECTED = "The content type must be application/json."


@pytest.mark.parametrize("coding", ["", "identity", "Identity, identity"])
def test_no_coding(coding: str) -> None:
    check_content_coding([(b"content-encoding", coding.encode())])


@pytest.mark.parametrize("coding", ["gzip", "identity, br"])
def test_codings_are_refused(coding: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_content_coding([(b"content-encoding", coding.encode())])
    assert (refusal.value.rendering.status, refusal.value.rendering.message) == (415, CODED)
    assert refusal.value.rendering.headers == {"Accept-Encoding": "identity"}


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; charset=UTF-8", 'application/json; charset="utf8"; a=b'],
)
def test_media_types(content_type: str) -> None:
    check_media_type(content_type, JSON)


@pytest.mark.parametrize(
    ("content_type", "message"),
    [("text/plain", EXPECTED), ("", EXPECTED), ("application/json; charset=latin1", NOT_UTF_8)],
)
def test_other_media_types_are_refused(content_type: str, message: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_media_type(content_type, JSON)
    assert (refusal.value.rendering.status, refusal.value.rendering.message) == (415, message)
    assert refusal.value.rendering.headers == {"Accept": "application/json"}


@pytest.mark.parametrize(
    ("body", "message"),
    [(GZIP + b"a", CODED), (b"\xff", NOT_UTF_8), ("{}".encode("utf-16-le"), NOT_UTF_8)],
)
def test_bytes_of_another_coding(body: bytes, message: str) -> None:
    check_utf_8("é".encode(), JSON)
    with pytest.raises(Refused) as refusal:
        check_utf_8(body, JSON)
    assert refusal.value.rendering.message == message
