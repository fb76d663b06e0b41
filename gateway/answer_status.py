"""Whether an answer has begun, and with which status: several layers want to know, and one looks."""

from starlette.types import Message, Scope, Send


def noting_status(scope: Scope, send: Send) -> Send:
    """`send` of a request, which leaves the status of what passes in its state, as `status`.

    It is None until an answer begins. The outermost layer that asks looks on; the others share its view.
    """
    state = scope.setdefault("state", {})
    if "status" in state:
        return send
    state["status"] = None

    async def send_and_note(message: Message) -> None:
        if message["type"] == "http.response.start":
            state["status"] = int(message["status"])
        await send(message)

    return send_and_note
