from rest_compat.openapi.page import VARY, created, list_of, one, results


def test_a_list_has_headers_of_pages() -> None:
    [(status, answer)] = list_of("Segment", {"id": "a"}, localized=False).items()
    assert status == 200
    assert list(answer["headers"]) == ["X-Total-Count", "X-Next-Cursor", "X-Prev-Cursor"]
    assert answer["content"]["application/json"] == {
        "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Segment"}},
        "example": [{"id": "a"}],
    }
    assert list_of("Segment", {})[200]["headers"]["Vary"] == VARY["Vary"]


def test_one_row_has_a_tag() -> None:
    answer = one("Segment", {"id": "a"}, localized=False)[200]
    assert answer["headers"] == {"ETag": {"$ref": "#/components/headers/ETag"}}


def test_a_creation_shows_an_id_or_nothing() -> None:
    assert created("a")[201]["content"]["application/json"]["example"] == {"id": "a"}
    assert "content" not in created()[201]


def test_a_bulk_shows_each_result() -> None:
    answer = results("BulkSegmentResult", {"index": 1}, {"index": 2})[207]
    assert answer["content"]["application/json"]["example"] == [{"index": 1}, {"index": 2}]
