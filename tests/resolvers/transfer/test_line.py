"""How lines are found and read, and what is said about those that cannot be."""

import io

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.errors import GatewayError
from resolvers.policy import Policy
from resolvers.transfer.line import Line, read_lines
from resolvers.transfer.source import LINE_BYTES
from resolvers.writing.command import Restore
from tests.resolvers.transfer.data_files import vip

KINDS = (
    "legalEntity, customer, group, category, product, segment, customerExclusion, customerAssignment, "
    "itemAssignment, groupAssignment"
)
PRODUCT = b'{"kind":"product","id":"p1"}'


def read(data: bytes, policy: Policy | None = None) -> list[Line]:
    return list(read_lines(io.BytesIO(data), policy or Policy()))


def numbers(data: bytes) -> list[int]:
    """The numbers of the lines that say something, all of them commands."""
    lines = read(data)
    assert all(isinstance(line.command, Restore) for line in lines)
    return [line.number for line in lines]


def error_of(line: bytes) -> GatewayError:
    [read_line] = read(line)
    assert isinstance(read_line.command, GatewayError)
    return read_line.command


def test_blank_lines_are_counted_and_passed_over() -> None:
    assert numbers(b"\n" + PRODUCT + b"\n\n  \t\n" + PRODUCT + b"\n\n") == [2, 5]


def test_line_ends_may_be_those_of_windows_and_the_last_may_be_missing() -> None:
    assert numbers(PRODUCT + b"\r\n\r\n" + PRODUCT) == [1, 3]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert numbers(b"\xef\xbb\xbf" + PRODUCT) == [1]
    assert numbers(b"\xef\xbb\xbf") == []
    assert numbers(b"") == []


@pytest.mark.parametrize(
    ("line", "character"),
    [
        (b"{", 2),
        (b'{"kind":"product"} {}', 20),
        (b'{"a":NaN}', 6),
        (b'{"a":"\\ud800"}', 7),
        (b'{"a":"\x00"}', 7),
        (b"\x00", 1),
        (b"[" * 10_000 + b"]" * 10_000, 1_026),
    ],
)
def test_a_line_that_is_no_json_is_refused_and_says_where(line: bytes, character: int) -> None:
    message = error_of(line).message
    assert message.startswith("The line is not JSON: ")
    assert message.endswith(f" (character {character}).")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"a":"\xff"}', "The line is not UTF-8 (byte 7)."),
        (b'{"a":"\xed\xa0\x80"}', "The line is not UTF-8 (byte 7)."),
        (b"[]", "An object is expected."),
        (b"null", "An object is expected."),
        (b"{}", f"One of {KINDS} is expected."),
        (b'{"kind":"Segment"}', f"One of {KINDS} is expected."),
        (b'{"kind":["segment"]}', f"One of {KINDS} is expected."),
    ],
)
def test_a_line_that_is_no_record_is_refused(line: bytes, message: str) -> None:
    [refused] = read(line)
    assert refused.kind is None
    assert error_of(line).message == message


@pytest.mark.parametrize(
    "number",
    [
        "-9223372036854775809",
        "100000000000000000001",
        "1e400",
        "9007199254740993.0",
        "0.33333333333333333333",
    ],
)
def test_a_number_that_would_change_is_refused(number: str) -> None:
    line = orjson.dumps(vip(mixins={"a": {"b": 7}})).replace(b"7", number.encode())
    assert error_of(line).path == ("mixins", "a", "b")


@pytest.mark.parametrize(
    ("record", "path"),
    [
        ({"kind": "product"}, ("id",)),
        ({"kind": "product", "id": "a/b"}, ("id",)),
        ({"kind": "product", "id": "p", "name": {"en": "\0"}}, ("name", "en")),
        ({"kind": "product", "id": "p", "categoryIds": ["a", 1]}, ("categoryIds", 1)),
        ({"kind": "category", "id": "c", "position": 2**63}, ("position",)),
        (vip(name={}), ("name",)),
        (vip(siteCode=None), ("siteCode",)),
        (vip(status="active"), ("status",)),
        (vip(mixins={"a": {"b": 2**63}}), ("mixins", "a", "b")),
        (vip(mixins={"a": {"b": 1e300}}), ("mixins", "a", "b")),
        (vip(mixins={"a": {"\0": 1}}), ("mixins", "a")),
        (vip(metadata={"version": 0}), ("metadata", "version")),
        (vip(metadata={"version": 2_000_000_001}), ("metadata", "version")),
        (vip(metadata={"version": True}), ("metadata", "version")),
        (vip(metadata={"version": 1.0}), ("metadata", "version")),
        (vip(metadata={"createdAt": "yesterday"}), ("metadata", "createdAt")),
        (vip(metadata={"modifiedAt": "2026-01-01"}), ("metadata", "modifiedAt")),
        (vip(metadata=[]), ("metadata",)),
        ({"kind": "customerAssignment", "customerId": "c"}, ("segmentId",)),
        ({"kind": "customerAssignment", "segmentId": "s"}, ("customerId",)),
        (
            {"kind": "customerAssignment", "segmentId": "s", "customerId": "c", "legalEntityId": ""},
            ("legalEntityId",),
        ),
        (
            {"kind": "customerAssignment", "segmentId": "s", "customerId": "c", "assignmentType": "BY_HAND"},
            ("assignmentType",),
        ),
        ({"kind": "itemAssignment", "segmentId": "s", "itemId": "i", "type": "product"}, ("type",)),
        ({"kind": "itemAssignment", "segmentId": "s", "itemId": "bulk", "type": "PRODUCT"}, ("itemId",)),
    ],
)
def test_a_record_that_cannot_be_stored_names_the_member(
    record: dict[str, object], path: tuple[str | int, ...]
) -> None:
    assert error_of(orjson.dumps(record)).path == path


def test_a_text_in_a_language_that_is_not_configured_is_refused() -> None:
    [line] = read(orjson.dumps(vip(name={"en": "VIP", "ru": "VIP"})), Policy(languages=("en", "de")))
    assert isinstance(line.command, GatewayError)
    assert line.command.message == "Following languages are not supported: 'ru'"


@pytest.mark.parametrize("line_break", [b"\n", b""])
def test_a_line_that_is_too_long_is_refused_without_holding_it(line_break: bytes) -> None:
    frame = b'{"kind":"product","id":"p1","unknown":""}\n'
    longest = frame.replace(b'""', b'"' + b"x" * (LINE_BYTES - len(frame)) + b'"')
    longer = longest.replace(b"x", b"xx", 1)

    lines = read(longest + longer + PRODUCT + line_break)

    assert [line.number for line in lines] == [1, 2, 3]
    [refused] = [line.command for line in lines if isinstance(line.command, GatewayError)]
    assert refused is lines[1].command
    assert refused.message == "The line is longer than 10,000,000 bytes."


def test_the_rest_of_a_very_long_line_is_no_line() -> None:
    assert [line.number for line in read(b"x" * (3 * LINE_BYTES) + b"\n" + PRODUCT)] == [1, 2]
    assert [line.number for line in read(b"x" * (2 * LINE_BYTES))] == [1]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert all(isinstance(line.command, GatewayError) for line in read(data))


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
members = st.sampled_from(
    "id name description status siteCode mixins metadata validity code position segmentId customerId "  # noqa: SIM905
    "legalEntityId assignmentType type itemId firstName ecn legalEntityIds categoryIds parentId published "
    "localizedSlug localizedDescription".split()
)


@given(st.sampled_from(KINDS.split(", ")), st.dictionaries(members, json_values))
def test_any_members_are_read_or_refused(kind: str, document: dict[str, object]) -> None:
    try:
        line = orjson.dumps({"kind": kind, **document})
    except orjson.JSONEncodeError:
        return
    [read_line] = read(line)
    assert isinstance(read_line.command, GatewayError | Restore)


def test_tags_of_a_line_come_into_canonical_case() -> None:
    names = {"DE": "x", "zh-hant": "y", "I-Klingon": "z"}
    canonical = {"de": "x", "i-klingon": "z", "zh-Hant": "y"}
    for kind, members, columns in (
        ("segment", ("name", "description"), ("name", "description")),
        ("product", ("name",), ("name",)),
        ("category", ("name", "localizedDescription", "localizedSlug"), ("name", "description", "slug")),
    ):
        record = {"kind": kind, "id": "one", "siteCode": "main", **dict.fromkeys(members, names)}
        [line] = read(orjson.dumps(record))
        assert isinstance(line.command, Restore)
        assert [line.command.content[column] for column in columns] == [canonical] * len(columns)


def test_all_translations_of_a_member_are_bounded_together() -> None:
    names = {f"en-{letter * 5}": "x" * 9_999 for letter in "abcdefg"}
    for kind, member in (("segment", "name"), ("product", "name"), ("category", "localizedSlug")):
        error = error_of(orjson.dumps({"kind": kind, "id": "one", "siteCode": "main", member: names}))
        assert error.message == "The texts of all languages together are larger than 65,536 bytes."
        assert error.path == (member,)


def test_a_segment_needs_a_name_that_is_not_blank() -> None:
    line = {"kind": "segment", "id": "one", "siteCode": "main", "name": {"en": " ", "de": "\u2003\u00a0"}}
    assert error_of(orjson.dumps(line)).message == "A name in at least one language is required."
