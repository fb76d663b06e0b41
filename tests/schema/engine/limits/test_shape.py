import pytest
from graphql import parse

from schema.engine.limits.limits import LimitExceeded, Limits
from schema.engine.limits.shape import FieldCount, check_shape


def test_fields_are_counted_in_the_text_and_with_fragments() -> None:
    document = parse("{ a { ...F } b { ...F } } fragment F on T { c d }")
    assert check_shape(document, Limits()) == FieldCount(in_text=4, expanded=6)


@pytest.mark.parametrize(
    ("query", "limits"),
    [
        ("{ a { b { c } } }", Limits(depth=2)),
        ("{ a b c }", Limits(fields=2)),
        ("{ x: a y: a z: a }", Limits(aliases=2)),
        ("{ a @x @x @x }", Limits(directives=2)),
        ("{ a b c }", Limits(root_fields=2)),
    ],
)
def test_one_more_than_allowed_is_refused(query: str, limits: Limits) -> None:
    check_shape(parse(query), Limits())
    with pytest.raises(LimitExceeded):
        check_shape(parse(query), limits)


def test_fragments_in_a_circle_end() -> None:
    document = parse("{ ...A } fragment A on T { a ...B } fragment B on T { b ...A }")
    assert check_shape(document, Limits()).in_text == 2
