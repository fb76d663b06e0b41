from rest_compat.openapi.requests import REQUESTS, bulk_of


def test_a_segment_needs_name_and_site() -> None:
    for name in ("SegmentCreation", "SegmentUpdate", "SegmentUpdateBulk"):
        assert REQUESTS[name]["required"] == ["name", "siteCode"]
    assert set(REQUESTS["SegmentCreation"]["properties"]) == {
        "id",
        "name",
        "description",
        "validity",
        "status",
        "siteCode",
        "mixins",
        "metadata",
    }


def test_a_patch_names_what_can_be_written() -> None:
    path = REQUESTS["PatchOperation"]["properties"]["path"]
    assert path["description"].startswith("A JSON Pointer to `/name`, `/description` or ")
    assert path["description"].endswith(", or anywhere into `/mixins` or `/metadata/mixins`.")
    assert REQUESTS["Patch"]["maxItems"] == 200


def test_a_bulk_is_bounded() -> None:
    assert bulk_of({"type": "string"}) == {"type": "array", "items": {"type": "string"}, "maxItems": 200}
