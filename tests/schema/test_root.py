import pytest
from graphql import GraphQLObjectType

from schema.root import schema

CORE = schema._schema  # noqa: SLF001  (graphql-core's schema has the types)


@pytest.mark.parametrize(
    ("noun", "fields"),
    [
        ("segment", {"segmentCreate", "segmentUpsert", "segmentPatch", "segmentDelete"}),
        ("rule", {"segmentRuleSet", "segmentRulePause", "segmentRuleRemove", "segmentCustomersRelease"}),
        ("webhook", {"webhookCreate", "webhookUpdate", "webhookDelete", "webhookTest"}),
        ("reference", {"customersUpsert", "groupsUpsert", "productsUpsert", "customersDelete"}),
        ("assignment", {"segmentCustomersAssign", "segmentItemsAssign", "segmentGroupsAssign"}),
    ],
)
def test_each_noun_has_its_mutations(noun: str, fields: set[str]) -> None:
    mutation = CORE.mutation_type
    assert isinstance(mutation, GraphQLObjectType)
    assert fields <= set(mutation.fields), noun


def test_types_behind_interfaces_are_in_the_schema() -> None:
    for interface, names in (
        ("Item", {"Product", "Category"}),
        (
            "Change",
            {"SegmentChange", "CustomerAssignmentChange", "ItemAssignmentChange", "GroupAssignmentChange"},
        ),
    ):
        possible = CORE.get_possible_types(CORE.type_map[interface])  # type: ignore[arg-type]
        assert {type_.name for type_ in possible} == names
