import pytest

from models.filter.tree import Compare, Literal, Operator
from resolvers.errors import InvalidInput
from resolvers.rules.vocabulary import RuleSubject
from tests.resolvers.rules.contents import content


def test_the_tree_has_canonical_paths() -> None:
    assert content("legalEntityId:acme").tree() == Compare(
        ("legalEntity", "id"), Operator.EQUAL, Literal("acme", quoted=False)
    )


@pytest.mark.parametrize(
    ("q", "message"),
    [
        (" ", "A blank q is no rule: every customer satisfies it."),
        (
            "email",
            (
                "No value for key email: it is a clause without a colon. Write key:value, and put a value "
                "that has spaces in double quotes."
            ),
        ),
    ],
)
def test_a_q_at_fault(q: str, message: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        content(q).tree()
    assert (refusal.value.message, refusal.value.path) == (message, ("q",))


def test_the_identity_is_that_of_all_columns() -> None:
    contents = [
        content("email:a"),
        content("email:b"),
        content("email:a", time_zone="Europe/Berlin"),
        content("email:a", subject=RuleSubject.CUSTOMER_OF_LEGAL_ENTITY),
        content(where={"email": {"eq": "a"}}),
    ]
    assert len({rule_content.identity for rule_content in contents}) == len(contents)
    assert content("email:a").identity == contents[0].identity


def test_the_order_of_members_makes_no_other_rule() -> None:
    first, second = ({"email": {"eq": "a"}, "id": {"eq": "b"}}, {"id": {"eq": "b"}, "email": {"eq": "a"}})
    assert content(where=first).is_same_as(content(where=second))
    assert (content("a:b").argument, content(where=first).argument) == (("q",), ("where",))
