import re
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from gateway.observability.observation import CLIENT_LEFT, Finished, Observation
from rest_compat.wire.request_state import request_state

NONE_SENT: list[tuple[bytes, bytes]] = []


async def answer(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001  (ASGI's)
    own = [(b"referrer-policy", b"origin")]
    await send({"type": "http.response.start", "status": 200, "headers": own})
    await send({"type": "http.response.body", "body": b""})


async def headers_for(headers: list[tuple[bytes, bytes]]) -> tuple[dict[bytes, bytes], str]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError

    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    defaults = ((b"referrer-policy", b"no-referrer"), (b"x-frame-options", b"DENY"))
    await Observation(answer, headers=defaults)(scope, receive, send)
    assert "headers" not in sent[1]
    return dict(sent[0]["headers"]), request_state(scope).request_id


async def test_a_well_formed_id_is_kept() -> None:
    headers, request_id = await headers_for([(b"x-request-id", b"Trace-1.2_3")])
    assert headers[b"x-request-id"] == b"Trace-1.2_3"
    assert request_id == "Trace-1.2_3"


@pytest.mark.parametrize("value", [b"", b"a b", b"a" * 65, b"a\nb", "é".encode()])
async def test_any_other_id_is_replaced(value: bytes) -> None:
    headers, request_id = await headers_for([(b"x-request-id", value)])
    assert re.fullmatch("[0-9a-f]{32}", request_id)
    assert headers[b"x-request-id"] == request_id.encode()


async def test_two_requests_have_two_ids() -> None:
    assert (await headers_for(NONE_SENT))[1] != (await headers_for(NONE_SENT))[1]


async def test_headers_of_the_answer_win_over_defaults() -> None:
    headers, _ = await headers_for(NONE_SENT)
    assert headers[b"referrer-policy"] == b"origin"
    assert headers[b"x-frame-options"] == b"DENY"


@pytest.mark.parametrize("status", [None, 404])
async def test_a_finished_request_is_reported_with_its_status(status: int | None) -> None:
    finished: list[Finished] = []

    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001  (ASGI's)
        if status is not None:
            await send({"type": "http.response.start", "status": status, "headers": []})
            await send({"type": "http.response.body", "body": b"", "status": 500})

    async def send(_message: Message) -> None:
        return

    scope: dict[str, Any] = {"type": "http", "method": "PUT", "path": "/a", "headers": []}
    await Observation(endpoint, recorders=[finished.append])(scope, _nothing, send)
    [report] = finished
    assert (report.method, report.path, report.status) == ("PUT", "/a", status or CLIENT_LEFT)
    assert report.state is request_state(scope)
    assert report.state.status == status


async def test_a_websocket_is_not_reported() -> None:
    finished: list[Finished] = []
    sent: list[Message] = []

    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001  (ASGI's)
        await send({"type": "websocket.accept"})

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"type": "websocket", "path": "/", "headers": [(b"x-request-id", b"r-1")]}
    await Observation(endpoint, recorders=[finished.append])(scope, _nothing, send)
    assert (finished, sent[0]["headers"]) == ([], [(b"x-request-id", b"r-1")])


async def _nothing() -> Message:
    raise AssertionError
