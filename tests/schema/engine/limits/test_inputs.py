from typing import Any

import pytest

from schema.engine.limits.inputs import count_objects


@pytest.mark.parametrize(
    ("variables", "count"),
    [
        ({}, 0),
        ({"a": 1, "b": ["x"] * 100}, 0),
        ({"a": {}}, 1),
        ({"a": {"b": [{}, {"c": {}}]}}, 4),
        ({"a": [[{}], [[{}]]]}, 2),
    ],
)
def test_objects_at_any_depth_count(variables: dict[str, Any], count: int) -> None:
    assert count_objects(variables) == count
