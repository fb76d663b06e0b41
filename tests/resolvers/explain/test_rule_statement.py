from models.filter.tree import And, Compare, Literal, Not, Operator, Or, Present, Some
from resolvers.explain.rule_statement import Part, parts_of

EMAIL = Present(("email",))
NAME = Compare(("legalEntity", "name"), Operator.EQUAL, Literal("Acme"))


def test_parts_are_numbered_from_the_root() -> None:
    condition = And((EMAIL, Not(Or((EMAIL, EMAIL)))))
    root = parts_of(condition)
    assert [(part.number, type(part.condition).__name__) for part in root.all()] == [
        (0, "And"),
        (1, "Present"),
        (2, "Not"),
        (3, "Or"),
        (4, "Present"),
        (5, "Present"),
    ]


def test_an_and_of_one_part_is_the_part() -> None:
    assert parts_of(And((Or((EMAIL,)),))) == Part(0, EMAIL, of_company=False)


def test_parts_of_a_legal_entity_are_marked() -> None:
    root = parts_of(And((EMAIL, Some(("legalEntity",), NAME))))
    assert [part.of_company for part in root.all()] == [False, False, False, True]
