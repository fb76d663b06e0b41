from rest_compat.openapi.changes import CHANGE_SCHEMAS, CHANGES, EVENTS, STREAM
from rest_compat.openapi.parameters import CHANGES as PARAMETERS
from tests.rest_compat.openapi.valid import below, faults


def test_the_page_is_of_the_feed() -> None:
    assert set(CHANGES) == below("changes")
    assert faults(CHANGES) == []


def test_every_event_has_a_schema() -> None:
    assert set(EVENTS) <= set(CHANGE_SCHEMAS)
    assert CHANGE_SCHEMAS["Change"]["properties"]["data"]["anyOf"] == [
        {"$ref": f"#/components/schemas/{name}"} for name in EVENTS
    ]


def test_parameters_are_declared() -> None:
    [page] = CHANGES.values()
    assert set(page.parameters) == set(PARAMETERS)


def test_the_example_of_a_stream_is_one_event() -> None:
    identity, kind, data, *end = STREAM.split("\n")
    assert identity.startswith("id: ")
    assert kind == "event: customer-segment.customer-assignment-created"
    assert data.startswith('data: {"type":"customer-segment.customer-assignment-created"')
    assert end == ["", ""]
