from schema.filter.customer import CustomerWhere, LegalEntityWhere
from schema.filter.mixin import MixinFilter
from schema.filter.value import EnumFilter, StringFilter
from schema.vocabulary.enums import SegmentStatus
from schema.vocabulary.written_form import written_form


def test_an_input_is_written_as_the_client_wrote_it() -> None:
    where = CustomerWhere(
        and_=[CustomerWhere(first_name=StringFilter(in_=["Anna"]))],
        mixin=MixinFilter(path="a.b", within_last="P1D"),
        legal_entity=LegalEntityWhere(),
    )
    assert written_form(where) == {
        "and": [{"firstName": {"in": ["Anna"]}}],
        "mixin": {"path": "a.b", "withinLast": "P1D"},
        "legalEntity": {},
    }


def test_words_and_plain_values() -> None:
    assert written_form(EnumFilter(eq=SegmentStatus.ACTIVE)) == {"eq": "ACTIVE"}
    assert written_form([1, "a", None]) == [1, "a", None]
