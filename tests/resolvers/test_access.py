import pytest

from models.sql.ordering import Languages
from resolvers.access import Reader
from resolvers.errors import InvalidArgument
from tests.resolvers.readers import ANNA, ANNA_FOR_ACME, NOW, STAFF, reader_of


def test_a_reader_acts_for_a_legal_entity() -> None:
    reader = reader_of()
    assert reader.acting_for(None) is reader
    assert reader.acting_for("acme").chosen_legal_entity_id == "acme"
    with pytest.raises(InvalidArgument) as refusal:
        reader.acting_for("a" * 256)
    assert refusal.value.path == ("legalEntityId",)


def test_statements_have_the_parameters_of_the_reader() -> None:
    reader = reader_of(ANNA_FOR_ACME, languages=(Languages(("de",)), Languages(("en",), or_any=True)))
    assert reader._parameters({"limit": 5}) == {  # noqa: SLF001
        "tenant": "shop",
        "now": NOW,
        "own_customer": "anna",
        "own_legal_entity": "acme",
        "chosen_legal_entity": None,
        "language_0": "de",
        "languages_0": ("de",),
        "takes_any_0": False,
        "language_1": "en",
        "languages_1": ("en",),
        "takes_any_1": True,
        "limit": 5,
    }


def test_readers_with_the_same_view_share_statements() -> None:
    readers = [
        reader_of(STAFF),
        reader_of(ANNA),
        reader_of(ANNA_FOR_ACME),
        reader_of(STAFF).acting_for("acme"),
        reader_of(STAFF, dialect="postgresql"),
    ]
    keys = {key_of(reader) for reader in readers}
    assert len(keys) == len(readers)
    assert key_of(reader_of(STAFF).acting_for("globex")) == key_of(readers[3])


def key_of(reader: Reader) -> object:
    return reader._key("segments")  # noqa: SLF001
