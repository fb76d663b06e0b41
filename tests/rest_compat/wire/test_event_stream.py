import pytest

from rest_compat.wire.event_stream import event, takes_events


@pytest.mark.parametrize(
    ("accept", "takes"),
    [
        ("text/event-stream", True),
        ("text/event-stream, application/json;q=0.9", True),
        ("application/json, text/event-stream", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_a_stream_is_for_clients_that_prefer_it(accept: str, *, takes: bool) -> None:
    assert takes_events([(b"accept", accept.encode())]) is takes


def test_lines_of_an_event() -> None:
    assert event("{}") == "data: {}\n\n"
    assert event("{}", kind="next", event_id="7") == "id: 7\nevent: next\ndata: {}\n\n"
    assert event("", kind="complete") == "event: complete\ndata: \n\n"
