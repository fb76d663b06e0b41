import re
from typing import Any, cast

import pytest

from models.filter.dialects.base import STORED_INSTANT, name_value
from models.filter.tree import NameParameter


@pytest.mark.parametrize(
    ("text", "is_instant"),
    [
        ("2024-05-01", True),
        ("2024-05-01T10:20Z", True),
        ("2024-05-01T10:20:30.123456789-13:59", True),
        ("2024-02-29", True),
        ("2000-02-29", True),
        ("2023-02-29", False),
        ("1900-02-29", False),
        ("2024-04-31", False),
        ("2024-05-01T24:00Z", False),
        ("2024-05-01T10:20", False),
        ("2024-05-01T10:20+14:00", False),
        ("0999-05-01", False),
    ],
)
def test_stored_instants(text: str, *, is_instant: bool) -> None:
    assert (re.search(STORED_INSTANT, text) is not None) is is_instant


def test_a_name_is_a_value_or_a_parameter() -> None:
    name, parameter = (
        cast("Any", name_value(text)) for text in ("colour", NameParameter("name_0", "colour"))
    )
    assert (name.value, name.required) == ("colour", False)
    assert (parameter.key, parameter.value, parameter.required) == ("name_0", None, True)
