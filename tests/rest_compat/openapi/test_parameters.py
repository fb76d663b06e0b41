from rest_compat.openapi.parameters import (
    CHANGES,
    PAGING,
    PARAMETERS,
    PRECONDITIONS,
    in_path,
    query_parameter,
)


def test_names_in_the_path_have_components_of_their_own() -> None:
    assert in_path("customerId") == "customerIdInPath"
    assert in_path("segmentId") == "segmentId"
    assert PARAMETERS["customerIdInPath"]["in"] == "path"
    assert PARAMETERS["customerId"]["in"] == "query"


def test_all_names_are_declared() -> None:
    assert set(PAGING) | set(PRECONDITIONS) <= set(PARAMETERS)
    assert CHANGES["customerIdOfChanges"]["name"] == "customerId"


def test_bounds_are_those_of_the_lists() -> None:
    assert PARAMETERS["pageSize"]["schema"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 2000,
        "default": 60,
    }
    assert CHANGES["limit"]["schema"]["maximum"] == 1000
    assert PARAMETERS["tenant"]["schema"]["pattern"] == "^[a-z][a-z0-9]{2,15}$"


def test_a_parameter_of_the_query() -> None:
    assert query_parameter("q", {"type": "string"}, "Of it.") == {
        "name": "q",
        "in": "query",
        "allowEmptyValue": True,
        "schema": {"type": "string"},
        "description": "Of it.",
    }
