"""The status of a response, noted once for several layers."""

from starlette.types import Message, Scope, Send

from rest_compat.wire.request_state import request_state


def noting_status(scope: Scope, send: Send) -> Send:
    """Return a `send` that notes the response's status.

    The status is put into the request's state. The outermost layer that asks gets one; the others read the
    same state.
    """
    state = request_state(scope)
    if state.notes_status:
        return send
    state.notes_status = True

    async def send_and_note(message: Message) -> None:
        if message["type"] == "http.response.start":
            state.status = int(message["status"])
        await send(message)

    return send_and_note
