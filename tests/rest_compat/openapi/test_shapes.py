import re

import pytest

from rest_compat.openapi.shapes import (
    LANGUAGE_TAG,
    SEGMENT_ID,
    array_of,
    described,
    in_any_case,
    optional,
    record,
    ref,
    translations_or_text,
)


@pytest.mark.parametrize(
    ("tag", "is_valid"),
    [
        ("en", True),
        ("EN-gb", True),
        ("zh-Hant-TW", True),
        ("x", False),
        ("en_GB", False),
        ("-".join(["en"] * 40), False),
    ],
)
def test_language_tags(tag: str, *, is_valid: bool) -> None:
    assert (re.search(LANGUAGE_TAG, tag) is not None) is is_valid


def test_a_pattern_in_any_case() -> None:
    assert in_any_case("[a-z]{2}x") == "[a-zA-Z]{2}[xX]"
    assert in_any_case("[a-z0-9]") == "[a-z0-9A-Z]"


def test_ids_of_segments() -> None:
    assert re.search(SEGMENT_ID["pattern"], "a.B_c:d~-1")
    assert not re.search(SEGMENT_ID["pattern"], "a b")


def test_shapes_are_put_together() -> None:
    text = {"type": "string"}
    assert optional(text) == {"type": ["string", "null"]}
    assert described(text, "Of it.") == {"type": "string", "description": "Of it."}
    assert array_of(ref("A"), maximum=3) == {
        "type": "array",
        "items": {"$ref": "#/components/schemas/A"},
        "maxItems": 3,
    }
    assert record(("a",), a=text) == {"type": "object", "required": ["a"], "properties": {"a": text}}
    assert record(a=text) == {"type": "object", "properties": {"a": text}}
    assert [shape["type"] for shape in translations_or_text("Of it.")["oneOf"]] == ["object", "string"]
