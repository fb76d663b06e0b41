import re
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from gateway.http.request_id import RequestId
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

    scope: dict[str, Any] = {"type": "http", "headers": headers}
    defaults = ((b"referrer-policy", b"no-referrer"), (b"x-frame-options", b"DENY"))
    await RequestId(answer, headers=defaults)(scope, receive, send)
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
