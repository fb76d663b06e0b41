from types import SimpleNamespace

import pytest

from resolvers.declaration.member import Choice, Localized, Metadata, Text, Validity
from resolvers.errors import InvalidInput
from schema.vocabulary.enums import SegmentStatus
from schema.vocabulary.input.document import input_document, with_version
from schema.vocabulary.localized import TranslationInput
from schema.vocabulary.values import ValidityInput

NAME = Localized(name="name", column="name")


def test_inputs_become_the_document_of_the_contract() -> None:
    members = [
        NAME,
        Text(name="siteCode", column="site_code", length=10),
        Choice(name="status", column="status", choices=("ACTIVE",)),
        Validity(),
        Metadata(),
    ]
    values = SimpleNamespace(
        name=[TranslationInput(language="en", text="Gold"), TranslationInput(language="de", text="")],
        site_code="main",
        status=SegmentStatus.ACTIVE,
        validity=ValidityInput(),
        mixin_schemas={"a": "https://shop.example"},
    )
    assert input_document(values, members) == {
        "name": {"en": "Gold", "de": ""},
        "siteCode": "main",
        "status": "ACTIVE",
        "validity": {"from": None, "to": None},
        "metadata": {"mixins": {"a": "https://shop.example"}},
    }


def test_a_language_comes_once() -> None:
    texts = [TranslationInput(language="en", text=text) for text in "ab"]
    with pytest.raises(InvalidInput) as refusal:
        input_document(SimpleNamespace(name=texts), [NAME])
    assert (refusal.value.message, refusal.value.path) == ("The language 'en' is given twice.", ("name",))


def test_a_version_is_in_the_metadata() -> None:
    assert with_version({"a": 1, "metadata": {"mixins": None}}, 3) == {
        "a": 1,
        "metadata": {"mixins": None, "version": 3},
    }
