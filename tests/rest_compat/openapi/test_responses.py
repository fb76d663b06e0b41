from http import HTTPStatus

import pytest

from rest_compat.openapi.responses import ALWAYS, CONDITIONAL, FAILURES, WITH_BODY, failure, json_content


def test_every_status_is_described() -> None:
    assert set(ALWAYS) | set(WITH_BODY) | set(CONDITIONAL) <= set(FAILURES)


@pytest.mark.parametrize("status", sorted(set(FAILURES) - {401}))
def test_the_example_has_its_own_status(status: int) -> None:
    example = FAILURES[status]["content"]["application/json"]["example"]
    assert example["code"] == status
    if status not in {413, 414}:  # the contract's own words
        assert example["status"] == HTTPStatus(status).phrase


def test_a_failure_with_more_members() -> None:
    assert failure(404, "Not Found", "Gone.", "Of it.", resourceId="a") == {
        "description": "Of it.",
        "content": json_content(
            {"$ref": "#/components/schemas/Error"},
            {"code": 404, "status": "Not Found", "message": "Gone.", "resourceId": "a"},
        ),
    }
