from typing import Any

import pytest

from models.cache import Budget
from schema.engine.document import DOCUMENT_BYTES, LONGEST_DOCUMENT, Document, Documents
from schema.engine.limits.limits import Limits
from schema.root import schema


def documents(**limits: Any) -> Documents:
    return Documents(schema, Limits(**limits), Budget())


def test_operations_by_name() -> None:
    document = documents().read("query A { viewer { tenant } } query B { viewer { tenant } }")
    assert list(document.operations) == ["A", "B"]
    assert document.name_of("A") == "A"
    for name in (None, "C"):
        with pytest.raises(KeyError):
            document.name_of(name)
    assert documents().read("{ viewer { tenant } }").name_of(None) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Syntax Error: Expected Name, found <EOF>."),
        ("{ nothing }", "Cannot query field 'nothing' on type 'Query'."),
    ],
)
def test_a_document_at_fault_has_errors_and_no_operation(text: str, message: str) -> None:
    document = documents().read(text)
    assert [error.message for error in document.errors] == [message]
    assert document.operations == {}


def test_a_document_is_read_once_within_bounds() -> None:
    known = documents()
    text = "{ viewer { tenant } }"
    assert known.read(text) is known.read(text)
    assert known.read(text, is_anonymous=True) is not known.read(text)
    long = "{ viewer { tenant } }" + " " * LONGEST_DOCUMENT
    assert known.read(long) is not known.read(long)
    assert (len(known), known.hits, known.misses) == (2, 2, 4)


def test_a_document_is_weighed_by_its_tokens() -> None:
    short, long = (
        documents().read(text) for text in ("{ viewer { tenant } }", "{ viewer { tenant tenant } }")
    )
    assert DOCUMENT_BYTES < short.size < long.size
    assert 0 < short.plan_size < long.plan_size


async def test_a_long_document_is_read_in_another_thread_and_kept() -> None:
    known = documents()
    text = "{ viewer { tenant } }" + " " * 2_000
    document: Document = await known.received(text)
    assert await known.received(text) is document


def test_too_many_tokens_are_refused_with_the_figure() -> None:
    [error] = documents(tokens=3).read("{ viewer { tenant } }").errors
    assert "3" in error.message
