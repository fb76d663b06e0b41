import pytest

from resolvers.changes.record import CONTRACT_TYPES
from resolvers.webhook.vocabulary import types_of


@pytest.mark.parametrize(
    ("row", "types"),
    [
        ({"types": None, "format": "STANDARD"}, None),
        ({"types": None, "format": "EMPORIX"}, CONTRACT_TYPES),
        ({"types": ["SEGMENT_CREATED"], "format": "EMPORIX"}, ["SEGMENT_CREATED"]),
        ({"types": [], "format": "EMPORIX"}, []),
    ],
)
def test_the_older_format_knows_the_types_of_the_contract(row: dict[str, object], types: object) -> None:
    assert types_of(row) == types
