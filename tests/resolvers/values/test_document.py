from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from resolvers.errors import InvalidInput
from resolvers.policy import Policy
from resolvers.values.document import (
    checked_document,
    expected_version,
    instant,
    metadata_document,
    mixin_schemas,
    mixins,
    one_of,
    translations,
    validity,
    validity_document,
    without_empty,
)

NOW = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("2026-02-01T00:00:00Z", NOW),
        ("2026-02-01t01:00:00+01:00", NOW),
        ("2026-02-01T00:00:00.0009Z", NOW),
        (datetime(2026, 2, 1, 1, tzinfo=timezone(timedelta(hours=1))), NOW),
    ],
)
def test_instants(value: Any, expected: datetime | None) -> None:
    assert instant(value, ("at",)) == expected


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-01",
        "2026-02-30T00:00:00Z",
        "2026-02-01T00:00:00",
        "0000-01-01T00:00:00Z",
        5,
        datetime(2026, 2, 1),  # noqa: DTZ001
    ],
)
def test_other_values_are_no_instants(value: Any) -> None:
    with pytest.raises(InvalidInput) as refusal:
        instant(value, ("at",))
    assert refusal.value.message == "A date-time such as 2026-01-31T12:00:00.000Z is expected."
    assert refusal.value.path == ("at",)


def test_translations_are_in_order_of_their_canonical_tags() -> None:
    texts = translations({"EN-gb": "Gold", "de": "Gold"}, ("name",), Policy())
    assert list(texts.items()) == [("de", "Gold"), ("en-GB", "Gold")]
    assert translations(None, ("name",), Policy()) == {}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("Gold", "A map from language to text is expected."),
        ({f"x{number}": "a" for number in range(1_001)}, "The map has more than 1,000 languages."),
        (
            {f"x{number}": "a" * 9_000 for number in range(8)},
            "The texts of all languages together are larger than 65,536 bytes.",
        ),
    ],
)
def test_translations_at_fault(value: Any, message: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        translations(value, ("name",), Policy())
    assert (refusal.value.message, refusal.value.path) == (message, ("name",))


def test_a_validity_ends_after_it_begins() -> None:
    window = {"from": "2026-02-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}
    assert validity({"validity": window}) == (NOW, NOW)
    assert validity({}) == (None, None)
    with pytest.raises(InvalidInput, match=r"The validity ends before it begins\."):
        validity({"validity": {**window, "to": "2026-01-31T23:59:59.999Z"}})


@pytest.mark.parametrize(
    ("metadata", "is_valid"),
    [
        ({"mixins": {"a": "https://shop.example/a.json"}}, True),
        ({"mixins": {"a": "ftp://shop.example/a.json"}}, False),
        ({"mixins": {"a": "https:///a.json"}}, False),
        ({"mixins": {"a": "https://[shop"}}, False),
        ({"mixins": {"a": f"https://shop.example/{'a' * 2_048}"}}, False),
        ({"mixins": {"a": 5}}, False),
    ],
)
def test_a_schema_is_a_web_address(metadata: dict[str, Any], *, is_valid: bool) -> None:
    if is_valid:
        assert mixin_schemas({"metadata": metadata}) == metadata["mixins"]
        return
    with pytest.raises(InvalidInput) as refusal:
        mixin_schemas({"metadata": metadata})
    assert refusal.value.path == ("metadata", "mixins", "a")


def test_a_mixin_is_an_object() -> None:
    assert mixins({"mixins": {"b": {}, "a": {"x": 1}}}) == {"a": {"x": 1}, "b": {}}
    with pytest.raises(InvalidInput) as refusal:
        mixins({"mixins": {"a": 1}})
    assert (refusal.value.message, refusal.value.path) == ("A mixin is an object.", ("mixins", "a"))


@pytest.mark.parametrize("version", [-1, True, "1", 2**63])
def test_a_version_at_fault(version: Any) -> None:
    assert expected_version({"metadata": {"version": 0}}) == 0
    assert expected_version({}) is None
    with pytest.raises(InvalidInput) as refusal:
        expected_version({"metadata": {"version": version}})
    assert refusal.value.path == ("metadata", "version")


def test_words_of_a_closed_set() -> None:
    assert one_of("A", ("A", "B"), ("type",)) == "A"
    for value in ("a", None, ["A"]):
        with pytest.raises(InvalidInput, match=r"One of A, B is expected\."):
            one_of(value, ("A", "B"), ("type",))
    with pytest.raises(InvalidInput, match=r"An object is expected\."):
        checked_document([], ("rule",))


def test_documents_leave_out_what_is_empty() -> None:
    assert without_empty({"a": None, "b": {}, "c": [], "d": 0, "e": False, "f": ""}) == {
        "d": 0,
        "e": False,
        "f": "",
    }
    row = {"valid_from": NOW, "valid_to": None, "created_at": NOW, "modified_at": NOW, "version": 1}
    assert validity_document(row) == {"from": "2026-02-01T00:00:00.000Z"}
    assert "mixins" not in metadata_document({**row, "mixin_schemas": {}})
