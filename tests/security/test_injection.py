"""Line breaks and other control characters, where they would become somebody else's headers or log lines."""

import json
import subprocess
import sys
from typing import Final

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import Message

from gateway.app import create_app
from gateway.identity.tokens import issue_token
from gateway.settings.settings import Settings
from resolvers.caller import Scope

BREAK: Final = b"x\r\nX-Evil: 1"


async def answered(app: Starlette, path: bytes, headers: list[tuple[bytes, bytes]]) -> Message:
    """The head of the answer to a request that no server would let through."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    async with app.router.lifespan_context(app) as state:
        scope = {
            "type": "http",
            "method": "GET",
            "path": path.decode(),
            "raw_path": path,
            "query_string": b"",
            "headers": headers,
            "state": dict(state or {}),
        }
        await app(scope, receive, send)
    return sent[0]


@pytest.mark.parametrize(
    "name", [b"x-request-id", b"accept-language", b"emporix-tenant", b"content-language", b"x-total-count"]
)
async def test_no_header_breaks_into_the_answer(
    settings: Settings, tenant: str, secret: str, name: bytes
) -> None:
    token = issue_token(secret, tenant, [Scope.READ])
    path = f"/customer-segment/{tenant}/segments".encode()
    headers = [(b"authorization", f"Bearer {token}".encode()), (name, BREAK)]
    head = await answered(create_app(settings), path, headers)
    assert head["status"] == (400 if name == b"emporix-tenant" else 200)
    values = b"".join(value for _, value in head["headers"])
    assert b"\r" not in values
    assert b"\n" not in values
    assert b"evil" not in values.lower()


async def test_a_path_with_a_line_break_is_answered_in_one_piece(client: httpx.AsyncClient) -> None:
    answer = await client.get("/customer-segment/acme%0d%0aX-Evil:%201/segments")
    assert answer.status_code == 401
    assert "x-evil" not in answer.headers


LINES = """
import structlog
from gateway.observability.access_log import log_request
from gateway.observability.logs import configure_logs
from gateway.observability.observation import Finished
from rest_compat.wire.request_state import RequestState

configure_logs({style!r})
evil = 'x\\n{{"event":"request","status":200}}\\r\\n\\x1b[2Jnot coloured \\u2028 \\x00'
log_request(Finished("GET", "/" + evil, 404, 0.0, RequestState(operation=evil)))
structlog.get_logger("test").info("token refused", reason=evil)
"""


@pytest.mark.parametrize("style", ["json", "console"])
def test_what_a_client_writes_makes_no_log_line_of_its_own(style: str) -> None:
    """In a process of its own, since logging belongs to the whole process."""
    written = subprocess.run(  # noqa: S603
        [sys.executable, "-c", LINES.format(style=style)], capture_output=True, check=True
    ).stderr
    lines = written.decode().removesuffix("\n").split("\n")
    assert len(lines) == 2
    assert "\r" not in written.decode()
    assert "\x1b[2J" not in written.decode()
    if style == "json":
        assert [json.loads(line)["event"] for line in lines] == ["request", "token refused"]
