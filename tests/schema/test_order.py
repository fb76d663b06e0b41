"""`orderBy`: every field, both ways, ties by key (behaviour D20)."""

from typing import Any

import pytest

from schema.filter.customer import CustomerOrderField
from schema.filter.customer_assignment import CustomerAssignmentOrderField
from schema.filter.item_assignment import ItemAssignmentOrderField
from schema.types.segment_members import SegmentOrderField
from tests.schema.client import Graph
from tests.schema.lists import LISTS, ids, listed


@pytest.mark.parametrize(
    ("field", "ascending"),
    [
        ("ID", ["bronze", "empty", "expired", "future", "gold", "silver", "sleeping"]),
        ("NAME", ["bronze", "empty", "expired", "future", "gold", "silver", "sleeping"]),
        ("STATUS", ["bronze", "empty", "expired", "future", "gold", "silver", "sleeping"]),
        ("SITE_CODE", ["expired", "future", "gold", "silver", "sleeping", "bronze", "empty"]),
        ("VALID_FROM", ["bronze", "empty", "expired", "gold", "silver", "sleeping", "future"]),
        ("VALID_TO", ["bronze", "empty", "future", "gold", "silver", "sleeping", "expired"]),
        ("VERSION", ["empty", "expired", "future", "gold", "silver", "sleeping", "bronze"]),
        ("MODIFIED_AT", ["empty", "expired", "future", "gold", "silver", "sleeping", "bronze"]),
    ],
)
async def test_segments_in_the_order_of_each_field(
    world_to_change: Graph, field: str, ascending: list[str]
) -> None:
    bronze = 'id: "bronze", operations: [{op: REMOVE, path: "/status"}]'
    await world_to_change(f"mutation {{ segmentPatch({bronze}) {{ segment {{ id }} }} }}")
    if field == "STATUS":
        ascending = ["empty", "expired", "future", "gold", "silver", "bronze", "sleeping"]
    assert ids(await listed(world_to_change, "segments", orderBy=[{"field": field}])) == ascending
    by_id_down = {"field": "ID", "direction": "DESC"}
    down = await listed(
        world_to_change, "segments", orderBy=[{"field": field, "direction": "DESC"}, by_id_down]
    )
    assert ids(down) == ascending[::-1]


async def test_names_sort_as_they_are_shown(world: Graph) -> None:
    names = "{ segments(orderBy: [{field: NAME}]) { nodes { name } } }"
    for language in ("de", "fr", "de;q=0.1, fr", "*"):
        data = await world(names, accept_language=language)
        shown = [node["name"] for node in data["segments"]["nodes"]]
        assert [name for name in shown if name] == sorted(name for name in shown if name)


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize(
    ("noun", "field"),
    [
        (noun, field.name)
        for noun, fields in {
            "segments": SegmentOrderField,
            "customers": CustomerAssignmentOrderField,
            "items": ItemAssignmentOrderField,
            "people": CustomerOrderField,
        }.items()
        for field in fields
    ],
)
async def test_every_field_sorts_in_both_directions(
    world: Graph, noun: str, field: str, direction: str
) -> None:
    plain = await listed(world, noun)
    data = await listed(world, noun, orderBy=[{"field": field, "direction": direction}])
    for found, expected in zip(connections(data), connections(plain), strict=True):
        assert found["totalCount"] == expected["totalCount"]
        assert sorted(map(str, found["nodes"])) == sorted(map(str, expected["nodes"]))


def connections(data: Any) -> list[Any]:
    return [data["list"]] if "list" in data else [one["list"] for one in data["segments"]["nodes"]]


async def test_more_than_ten_fields_to_sort_by_are_refused(world: Graph) -> None:
    answer = await world.ask(LISTS["segments"], {"orderBy": [{"field": "ID"}] * 11})
    assert answer.codes == ["INVALID_ARGUMENT"]
    assert answer.errors[0]["message"] == "A list can be sorted by at most 10 fields."
