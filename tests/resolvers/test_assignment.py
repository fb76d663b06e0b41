import pytest

from resolvers.assignment import AssignmentCommand, unknown_reference
from resolvers.errors import UnknownSegment
from resolvers.group_assignment import assign_group, group_key, remove_group, write_group_assignments
from resolvers.writing.command import Effect
from tests.factories.shop import Shop


def test_an_unknown_reference_names_its_member() -> None:
    error = unknown_reference("legal entity", "acme", "legalEntityId")
    assert error.message == "The legal entity with id acme does not exist."
    assert (error.path, error.resource_id) == (("legalEntityId",), "acme")


async def test_an_assignment_needs_its_segment_and_a_removal_does_not(shop: Shop) -> None:
    await shop.segments({"id": "gold", "name": {"en": "Gold"}, "siteCode": "main"})
    commands: list[AssignmentCommand] = [
        assign_group(group_key("gold", "club"), {}, shop.policy),
        remove_group(group_key("silver", "club")),
    ]
    outcomes = await shop.write(lambda writer: write_group_assignments(writer, commands))
    assert [outcome.effect for outcome in outcomes] == [Effect.CREATED, Effect.UNCHANGED]
    unknown: list[AssignmentCommand] = [assign_group(group_key("silver", "club"), {}, shop.policy)]
    with pytest.raises(UnknownSegment) as refusal:
        await shop.write(lambda writer: write_group_assignments(writer, unknown))
    assert refusal.value.resource_id == "silver"
