from typing import Any

from starlette.types import Message

from gateway.http.answer_status import noting_status
from rest_compat.wire.request_state import request_state


async def test_the_outermost_layer_notes_the_status() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"type": "http"}
    noting = noting_status(scope, send)
    assert noting is not send
    assert noting_status(scope, noting) is noting
    messages: list[Message] = [
        {"type": "http.response.start", "status": 404, "headers": []},
        {"type": "http.response.body", "body": b"", "status": 500},
    ]
    for message in messages:
        await noting(message)
    assert sent == messages
    assert request_state(scope).status == 404
