from typing import Any

import pytest

from resolvers.errors import InvalidInput
from resolvers.rules.definition.document import rule_content
from resolvers.rules.vocabulary import RuleSubject
from tests.resolvers.rules.contents import content


def test_a_rule_of_defaults() -> None:
    assert rule_content({"q": "email:a"}) == content("email:a")


def test_a_rule_with_all_members() -> None:
    document = {
        "where": {"email": {"eq": "a"}},
        "subject": "CUSTOMER_OF_LEGAL_ENTITY",
        "timeZone": "Europe/Berlin",
    }
    assert rule_content(document) == content(
        where={"email": {"eq": "a"}},
        subject=RuleSubject.CUSTOMER_OF_LEGAL_ENTITY,
        time_zone="Europe/Berlin",
    )


@pytest.mark.parametrize(
    ("document", "message", "path"),
    [
        ({}, "A rule has either `where` or `q`.", ("where",)),
        ({"where": {}, "q": "a:b"}, "A rule has either `where` or `q`.", ("where",)),
        ({"where": []}, "An object is expected.", ("where",)),
        ({"where": {"id": {"in": ["a" * 66_000]}}}, "The filter is larger than 65,536 bytes.", ("where",)),
        ({"where": {"id": {1}}}, "The filter holds a value that cannot be stored.", ("where",)),
        ({"q": 5}, "A text is expected.", ("q",)),
        ({"q": "email:a", "subject": "GROUP"}, None, ("subject",)),
        ({"q": "email:a", "timeZone": "Berlin"}, None, ("timeZone",)),
        ({"q": "colour:a"}, None, ("q",)),
    ],
)
def test_documents_at_fault(document: dict[str, Any], message: str | None, path: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rule_content(document)
    assert refusal.value.path == path
    assert message is None or refusal.value.message == message
