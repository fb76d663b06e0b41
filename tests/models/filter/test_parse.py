import time
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.filter.errors import FilterError
from models.filter.parse import parse_q
from models.filter.tree import Absent, And, AnyOf, Compare, Literal, Matches, Operator, Present


@pytest.mark.parametrize(
    ("q", "condition"),
    [
        ("a:b", Compare(("a",), Operator.EQUAL, Literal("b", quoted=False))),
        ("a:b:c", Compare(("a",), Operator.EQUAL, Literal("b:c", quoted=False))),
        ('a.b:"x \\"y\\" \\\\ \\z"', Compare(("a", "b"), Operator.EQUAL, Literal('x "y" \\ \\z'))),
        ('a:>="1"', Compare(("a",), Operator.AT_LEAST, Literal("1"))),
        ("a:a,b", Compare(("a",), Operator.EQUAL, Literal("a,b", quoted=False))),
        ('a:(b, "c,d")', AnyOf(("a",), (Literal("b", quoted=False), Literal("c,d")))),
        (
            'a:( b , c,"d" ,e,f)',
            AnyOf(
                ("a",),
                (
                    Literal("b", quoted=False),
                    Literal("c", quoted=False),
                    Literal("d"),
                    Literal("e", quoted=False),
                    Literal("f", quoted=False),
                ),
            ),
        ),
        ("a:null", Absent(("a",))),
        ("a:missing", Absent(("a",))),
        ("a:exists", Present(("a",))),
        ('a:"null"', Compare(("a",), Operator.EQUAL, Literal("null"))),
        ("a:nullable", Compare(("a",), Operator.EQUAL, Literal("nullable", quoted=False))),
        ("a:~x,y", Matches(("a",), "x,y")),
        (r"a:(~ b (c) \( )", Matches(("a",), r" b (c) \( ")),
        ("in:in(in)", AnyOf(("in",), (Literal("in", quoted=False),))),
        (
            "a:(>1 AND <=2)",
            And(
                (
                    Compare(("a",), Operator.GREATER, Literal("1", quoted=False)),
                    Compare(("a",), Operator.AT_MOST, Literal("2", quoted=False)),
                )
            ),
        ),
        ("\n a:exists\t b:null ", And((Present(("a",)), Absent(("b",))))),
    ],
)
def test_a_query_becomes_a_tree(q: str, condition: object) -> None:
    assert parse_q(q) == condition


def test_nodes_know_where_they_stand() -> None:
    condition = parse_q("  a:1 b:2")
    assert isinstance(condition, And)
    assert [part.position for part in condition.parts] == [2, 6]


@pytest.mark.parametrize(
    ("q", "message"),
    [
        ("a:1 " * 51, "A query may have at most 50 clauses."),
        ("a:" + "1" * 10_000, "A query may have at most 10000 characters."),
        ("a..b:1", "a..b is not a path: a name between dots is empty."),
        ("(a:b)", "Expected a clause like key:value, found '(a:b)'."),
        ('a:"x"y', "Unexpected 'y' in the value of key a."),
        ("a:(>1,2)", "Unexpected ',' in the value of key a."),
        ("a:(b,c,,d)", "The list of key a has an empty element."),
        ("a:(b,c,)", "The list of key a has an empty element."),
        ("a:(b,c d)", "Unexpected 'd' in the value of key a."),
        ("a:(b,c", "The parenthesis in the value of key a is not closed."),
        ("a:(b", "The parenthesis in the value of key a is not closed."),
        ("a:~", "No value for key a."),
    ],
)
def test_what_is_wrong_is_said(q: str, message: str) -> None:
    with pytest.raises(FilterError) as refusal:
        parse_q(q)
    assert refusal.value.message == message


def test_the_limits_themselves_are_allowed() -> None:
    assert isinstance(parse_q("a:1 " * 50), And)
    assert isinstance(parse_q(f"a:({','.join('1' * 1000)})"), AnyOf)
    assert parse_q("a:" + "1" * 9_998) is not None


pieces = st.sampled_from(
    ["a", "b.c", ":", " ", '"', "\\", "(", ")", "~", "(~", "in(", ",", ">", "<=", " AND ", " OR "]
)


@given(st.one_of(st.text(), st.lists(pieces).map("".join)))
@example("\x00:\x00")
@example("\ud800:\udfff")
def test_any_text_is_read_or_refused(q: str) -> None:
    try:
        parse_q(q)
    except FilterError as refusal:
        assert refusal.message  # noqa: PT017  # either outcome is right


@pytest.mark.parametrize(
    "piece", ["(", ")", "a:(~(", "a:(", '"', "\\", " ", "a:b ", "a", ":", "a:(b,", ", ", "(a"]
)
@pytest.mark.parametrize("start", ["", "a:", "a:(~", "a:(", 'a:"'])
def test_ten_thousand_characters_of_garbage_take_no_time(start: str, piece: str) -> None:
    q = (start + piece * 10_000)[:10_000]
    began = time.process_time()
    with suppress(FilterError):
        parse_q(q)
    assert time.process_time() - began < 1
