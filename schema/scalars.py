"""Scalars with a meaning of their own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import strawberry
from strawberry.types.scalar import ScalarDefinition

from models.columns import instant_text
from resolvers.document import instant
from resolvers.errors import InvalidInput


def _parse_instant(value: Any) -> datetime:
    try:
        parsed = instant(value, ())
    except InvalidInput as error:
        raise ValueError(error.message) from error
    if parsed is None:
        raise ValueError("A date-time is expected.")
    return parsed


SCALARS: Final[Mapping[object, ScalarDefinition]] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description=(
            "An instant as RFC 3339 writes it. Answers are in UTC with milliseconds and `Z`: "
            "`2026-01-31T12:00:00.000Z`. Input may use any offset, and is cut to the millisecond."
        ),
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc3339",
        serialize=instant_text,
        parse_value=_parse_instant,
    )
}
