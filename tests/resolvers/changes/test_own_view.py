from typing import Any

import pytest

from resolvers.changes.own_view import may_be_in_own_view
from tests.resolvers.readers import ANNA, ANNA_FOR_ACME


@pytest.mark.parametrize(
    ("record", "for_themselves", "for_acme"),
    [
        ({"customer_id": None, "legal_entity_id": None}, True, True),
        ({"customer_id": "anna", "legal_entity_id": ""}, True, True),
        ({"customer_id": "anna", "legal_entity_id": "acme"}, True, True),
        ({"customer_id": "anna", "legal_entity_id": "globex"}, True, False),
        ({"customer_id": "ben", "legal_entity_id": ""}, False, False),
        ({"customer_id": "ben", "legal_entity_id": "acme"}, False, False),
    ],
)
def test_records_of_others_are_left_out(
    record: dict[str, Any], *, for_themselves: bool, for_acme: bool
) -> None:
    assert may_be_in_own_view(ANNA, record) is for_themselves
    assert may_be_in_own_view(ANNA_FOR_ACME, record) is for_acme
