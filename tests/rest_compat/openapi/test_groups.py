from rest_compat.openapi.groups import GROUPS
from tests.rest_compat.openapi.valid import below, faults


def test_pages_are_of_the_groups_of_a_segment() -> None:
    assert set(GROUPS) == below("groups")
    assert faults(GROUPS) == []


def test_names_are_in_a_language() -> None:
    assert "Accept-Language" in GROUPS["GET-customer-segment-retrieve-group"].parameters
