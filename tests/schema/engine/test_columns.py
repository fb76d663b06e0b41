"""The columns that the standard execution reads of each type."""

import pytest

from schema.engine.columns import Columns, OperationColumns
from schema.engine.document import Documents
from schema.root import schema

DOCUMENTS = Documents(schema)


def columns(query: str) -> Columns:
    [operation] = DOCUMENTS.read(query).operations.values()
    return OperationColumns(DOCUMENTS.core).of(operation)


def test_the_fields_of_an_operation_name_the_columns() -> None:
    assert columns("{ segments { nodes { id name status } } }")["Segment"] == {"id", "name", "status"}


def test_a_type_has_the_columns_of_all_its_selections() -> None:
    query = """{ segments { nodes { siteCode customerAssignments { nodes { customer { email } } } } }
                 customer(id: "bob") { firstName segments { nodes { isActive } } } }"""
    assert columns(query) == {
        "Customer": {"id", "email", "first_name"},
        "CustomerAssignment": {"id"},
        "Segment": {"id", "site_code", "status", "valid_from", "valid_to"},
    }


def test_an_object_over_the_same_row_has_the_columns_of_its_fields() -> None:
    query = "{ segments { nodes { metadata { version } validity { from } } } }"
    assert columns(query)["Segment"] == {"id", "version", "valid_from", "valid_to"}


def test_fragments_and_interfaces_are_followed() -> None:
    query = """{ itemAssignments { nodes { ...assignment } } }
               fragment assignment on ItemAssignment { item { id ... on Category { ...category } } type }
               fragment category on Category { published ecn }"""
    assert columns(query) == {
        "ItemAssignment": {"id", "type"},
        "Product": {"id"},
        "Category": {"id", "published", "ecn"},
    }


@pytest.mark.parametrize("field", ["rule { q }", "nodeId", "customerAssignments { totalCount }"])
def test_a_field_that_needs_the_key_alone_adds_no_column(field: str) -> None:
    assert columns(f"{{ segments {{ nodes {{ {field} }} }} }}")["Segment"] == {"id"}


def test_a_link_adds_the_column_that_it_is_followed_by() -> None:
    query = '{ group(id: "firm") { name legalEntity { mixins } } }'
    assert columns(query) == {"Group": {"id", "name", "legal_entity_id"}, "LegalEntity": {"id", "mixins"}}


def test_a_skipped_field_counts() -> None:
    query = "query ($no: Boolean!) { segments { nodes { id name @skip(if: $no) } } }"
    assert columns(query)["Segment"] == {"id", "name"}
