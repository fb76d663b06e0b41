from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from models.sql.selection import InstantText, JsonText, TranslationText
from models.tables.segment import segment
from resolvers.values.language import parse_accept_language
from resolvers.values.row_values import STORED, TextMembers

ENGLISH = TextMembers(parse_accept_language("en"), "en")
ALL = TextMembers(parse_accept_language("*"), "en")


def shown(value: Any) -> Any:
    return orjson.loads(orjson.dumps(value))


def test_stored_values_are_shown_as_they_are() -> None:
    row = {"name": {"en": "Gold"}, "at": datetime(2026, 2, 1, tzinfo=UTC), "end": None}
    assert STORED.json(row, "name") is STORED.localized(row, "name") is row["name"]
    assert STORED.instant(row, "at") == "2026-02-01T00:00:00.000Z"
    assert STORED.instant(row, "end") is None


@pytest.mark.parametrize(
    ("text", "expected"), [(None, None), ("{}", None), ("[]", None), ('{"a": 1}', {"a": 1})]
)
def test_json_text_is_passed_on(text: str | None, expected: Any) -> None:
    assert shown(ENGLISH.json({"mixins as text": text}, "mixins")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"Gold"', {"en": "Gold"}),
        ("{}", None),
        ('{"de": "Gold", "en": "Golden"}', {"en": "Golden"}),
        ('{"de": "Gold", "en": " "}', {}),
        ('{"de": " "}', {}),
    ],
)
def test_the_text_of_one_language(text: str, expected: Any) -> None:
    assert shown(ENGLISH.localized({"name in language 0": text}, "name")) == expected


def test_all_languages() -> None:
    assert shown(ALL.localized({"name as text": '{"de": "Gold"}'}, "name")) == {"de": "Gold"}


def test_instants_are_texts_already() -> None:
    assert ENGLISH.instant({"valid_to as text": "2026"}, "valid_to") == "2026"


def test_columns_of_a_table() -> None:
    columns = ENGLISH.columns(segment, "name")
    assert {TranslationText("name", 0), JsonText("description"), InstantText("valid_to"), "id"} <= columns
    assert JsonText("name") in ALL.columns(segment, "name")
