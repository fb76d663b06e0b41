"""Which lists are read as text."""

import pytest

from models.sql.row_text import WEIGHT
from schema.engine.plan.compilation import Selected
from schema.engine.plan.compile import connection_shape
from schema.engine.plan.link import ManyLink, TextLink
from schema.engine.plan.text import MOST_WEIGHT, text_connection
from schema.engine.plan.text_connection import TextConnection
from tests.schema.engine.plan.compilations import compilation, selection, type_named

IDS = " ".join(f"i{number}: id" for number in range(MOST_WEIGHT))
NAMES = " ".join(f'n{number}: name(language: "de")' for number in range(MOST_WEIGHT // WEIGHT))


def compiled(fields: str, *, in_one: bool = False, join: bool = True) -> TextConnection | None:
    made = compilation(in_one=in_one, join=join)
    [selected] = made.selected(type_named("Query"), [selection(fields)])
    assert isinstance(selected, Selected)
    return text_connection(made, selected, with_lists=in_one)


@pytest.mark.parametrize(
    "fields",
    [
        "segments { nodes { id } }",
        "segments { __typename totalCount nodes { id name validity { from } metadata { version } } }",
        "itemAssignments { nodes { type segment { id name } item { id ... on Category { published } } } }",
        f"segments {{ nodes {{ {IDS} }} }}",
        f"segments {{ nodes {{ {NAMES} }} }}",
    ],
)
def test_lists_of_columns_are(fields: str) -> None:
    assert compiled(fields) is not None


@pytest.mark.parametrize(
    "fields",
    [
        "segments { totalCount }",
        "segments { nodes { id } pageInfo { hasNextPage } }",
        "segments { edges { node { id } } }",
        "segments { nodes { id } others: nodes { id } }",
        "segments { nodes { nodeId } }",
        "segments { nodes { mixins } }",
        "segments { nodes { membership } }",
        "segments { nodes { metadata { mixins } } }",
        "itemAssignments { nodes { segment { mixins } } }",
        "itemAssignments { nodes { segment { itemAssignments { nodes { type } } } } }",
        f"segments {{ nodes {{ id {IDS} }} }}",
        f"segments {{ nodes {{ name {NAMES} }} }}",
    ],
)
def test_lists_of_more_or_of_unbounded_columns_are_not(fields: str) -> None:
    assert compiled(fields) is None
    assert compiled(fields, in_one=True) is None


def test_a_list_whose_links_have_to_be_looked_at_is_not() -> None:
    assert compiled("segments { nodes { id } }", join=False) is None


LISTS = (
    "segments { nodes { id itemAssignments { nodes { type } } c: customerAssignments { nodes { mixins } } } }"
)


def test_lists_inside_rows_are_where_one_statement_reads_all() -> None:
    inner = LISTS.replace("c: customerAssignments { nodes { mixins } }", "")
    assert compiled(inner) is None
    connection = compiled(inner, in_one=True)
    assert connection is not None
    assert len(connection.rows.children) == 1


def test_one_list_inside_that_is_no_text_is_enough() -> None:
    assert compiled(LISTS, in_one=True) is None


def test_a_list_inside_that_counts_its_rows_is_not() -> None:
    assert compiled("segments { nodes { itemAssignments { totalCount } } }", in_one=True) is None


def test_the_rows_of_a_link_have_no_lists_inside() -> None:
    """How many rows those would have together is not bounded."""
    made = compilation(in_one=True)
    lists = "customers { nodes { mixins segments { nodes { id itemAssignments { nodes { type } } } } } }"
    [customers] = made.selected(type_named("Query"), [selection(lists)])
    assert isinstance(customers, Selected)
    [segments] = connection_shape(made, customers).shapes[0].links
    assert isinstance(segments, ManyLink)
    assert isinstance(segments.shape.shapes[0].links[0], TextLink)


def test_lists_inside_weigh_as_well() -> None:
    inner = f"segments {{ nodes {{ id itemAssignments {{ nodes {{ segment {{ {NAMES} }} }} }} }} }}"
    assert compiled(inner, in_one=True) is None
