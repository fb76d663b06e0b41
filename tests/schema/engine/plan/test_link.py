"""Links that lead nowhere, which no data of ours has: a foreign key keeps each assignment's segment."""

from collections.abc import Collection, Mapping
from typing import Any

import pytest
from graphql.execution.values import VariableValues

from models.sql.prepared import Row
from models.sql.selection import Wanted
from resolvers.access import Reader
from schema.engine.plan.link import OneLink
from schema.engine.plan.request import PlanRequest
from schema.engine.plan.unplanned import Unplanned
from schema.vocabulary.relation import ToOne
from tests.factories.shop import Shop
from tests.schema.engine.plan.both_ways import Visitor

ROWS: list[dict[str, Any]] = [{"segment_id": "gone"}]


async def nothing(
    _reader: Reader,
    _keys: Collection[Any],
    /,
    *,
    columns: Collection[Wanted] = (),  # noqa: ARG001  # named by whoever calls
) -> Mapping[Any, Row]:
    """What is asked for is not there."""
    return {}


SEGMENT = ToOne(node=lambda _: "Segment", key=lambda row: row["segment_id"], batch=nothing)


async def values(shop: Shop, *, is_required: bool) -> list[Any]:
    async with Visitor(shop, shop.caller("R")).context() as context:
        request = PlanRequest(context, await context.reader(), VariableValues({}, {}))
        return await OneLink(SEGMENT, {}, {"id"}, is_required).values(ROWS, request)


async def test_where_the_schema_promises_an_object_no_plan_answers_null(shop: Shop) -> None:
    with pytest.raises(Unplanned, match="a link leads nowhere"):
        await values(shop, is_required=True)


async def test_elsewhere_it_is_null(shop: Shop) -> None:
    assert await values(shop, is_required=False) == [None]
