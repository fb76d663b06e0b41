import orjson
import pytest
from graphql.execution.values import VariableValues

from resolvers.reading.page import DEFAULT_FIRST, ListQuery, Window
from schema.engine.plan.text import text_connection
from schema.engine.plan.text_connection import TextConnection
from tests.schema.engine.plan.compilations import compilation, selection, type_named


def compiled(fields: str) -> TextConnection:
    made = compilation(in_one=True)
    [selected] = made.selected(type_named("Query"), [selection(fields)])
    assert not isinstance(selected, str)
    connection = text_connection(made, selected, with_lists=True)
    assert connection is not None
    return connection


def test_the_members_are_in_the_order_of_the_selection() -> None:
    connection = compiled("segments { n: nodes { id } __typename totalCount }")
    assert connection.counts
    assert orjson.dumps(connection.object('[{"id":"a"}]', 7)) == (
        b'{"n":[{"id":"a"}],"__typename":"SegmentConnection","totalCount":7}'
    )


def test_the_query_reads_the_columns_of_the_text_and_no_cursors() -> None:
    rows = compiled("segments { nodes { id siteCode validity { from } } }").rows
    query = rows.narrowed(ListQuery(Window(20)))
    assert query.columns == {"id", "site_code", "valid_from", "valid_to"}
    assert (query.text, query.cursors) == (rows.row, False)


@pytest.mark.parametrize(
    ("lists", "most"),
    [
        ("segments { nodes { id } }", DEFAULT_FIRST),
        ("segments(first: 7) { nodes { id } }", 7),
        ("segments(last: 7) { nodes { id } }", 7),
        ("segments(first: 2) { nodes { itemAssignments(first: 5) { nodes { type } } } }", 12),
        (
            """segments(first: 2) { nodes {
                a: itemAssignments(first: 5) { nodes { type } } b: itemAssignments(last: 3) { nodes { type } }
            } }""",
            18,
        ),
    ],
)
def test_the_most_rows_of_a_text(lists: str, most: int) -> None:
    assert compiled(lists).rows.most_rows(VariableValues({}, {})) == most
