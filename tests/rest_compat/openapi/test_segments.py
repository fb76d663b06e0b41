from rest_compat.openapi.segments import SEGMENTS
from tests.rest_compat.openapi.valid import PATHS, below, faults


def test_pages_are_of_segments_and_matching() -> None:
    others = below("customers") | below("items") | below("groups") | below("rule") | below("changes")
    assert set(SEGMENTS) == set(PATHS) - others
    assert faults(SEGMENTS) == []


def test_only_segments_are_deleted_by_force() -> None:
    forced = [name for name, page in SEGMENTS.items() if "forceDelete" in page.parameters]
    assert forced == [
        "DELETE-customer-segment-remove-segment",
        "DELETE-customer-segment-remove-segments-bulk",
    ]
