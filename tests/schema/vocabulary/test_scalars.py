from datetime import UTC, date, datetime
from typing import Any

import pytest
from graphql import parse_value
from strawberry.scalars import JSON

from models.filter.moment import moment
from schema.vocabulary.enums import SegmentStatus
from schema.vocabulary.scalars import SCALARS

INSTANT, DAY, ANY_JSON = (SCALARS[kind] for kind in (datetime, date, JSON))


def test_instants_are_written_in_utc_with_milliseconds() -> None:
    assert INSTANT.serialize is not None
    assert INSTANT.serialize(datetime(2026, 2, 1, tzinfo=UTC)) == "2026-02-01T00:00:00.000Z"
    assert DAY.serialize is not None
    assert DAY.serialize(date(2026, 2, 1)) == "2026-02-01"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-02-01T01:00:00+01:00", datetime(2026, 2, 1, tzinfo=UTC)),
        ("now", moment("now")),
        ("now-P30D", moment("now-P30D")),
    ],
)
def test_instants_may_be_relative(text: str, value: Any) -> None:
    assert INSTANT.parse_value is not None
    assert INSTANT.parse_value(text) == value


@pytest.mark.parametrize("value", ["2026-02-01", "now-30d", 5, None])
def test_other_values_are_no_instants(value: Any) -> None:
    assert INSTANT.parse_value is not None
    with pytest.raises(ValueError, match="A date-time"):
        INSTANT.parse_value(value)


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ('{a: [1, 2.5, "x", true, null, RED]}', {"a": [1, 2.5, "x", True, None, "RED"]}),
        ("{a: $there, b: $missing}", {"a": 7}),
        ("[$missing, $there]", [None, 7]),
        ("$status", "ACTIVE"),
        ("$at", "2026-02-01T00:00:00.000Z"),
        ("$moment", "now-P1D"),
    ],
)
def test_json_in_a_document(literal: str, value: Any) -> None:
    variables = {
        "there": 7,
        "status": SegmentStatus.ACTIVE,
        "at": datetime(2026, 2, 1, tzinfo=UTC),
        "moment": moment("now-P1D"),
    }
    parse: Any = ANY_JSON.parse_literal
    assert parse(parse_value(literal), variables) == value
