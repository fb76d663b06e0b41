"""The receiver of docs/webhooks.md verifies what the gateway sends."""

import re
import threading
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest

from gateway.webhooks.message import Signer
from gateway.webhooks.post import Poster
from models.tables.columns import this_instant
from resolvers.webhook.target import parse_target
from resolvers.webhook.vocabulary import WebhookFormat
from tests.factories.webhooks import SECRET

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
EVENT = {"type": "customer-segment.segment-deleted", "timestamp": "x", "cursor": "y", "data": {"id": "s"}}


async def test_the_receiver_verifies_an_event(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [source] = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    monkeypatch.setenv("SECRET", SECRET)
    scope: dict[str, Any] = {"__name__": "receiver"}
    exec(compile(source, "webhooks.md", "exec"), scope)  # noqa: S102  (our own page)
    monkeypatch.setattr(scope["Receiver"], "log_message", lambda *_: None)
    with HTTPServer(("127.0.0.1", 0), scope["Receiver"]) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        headers, body = Signer("hook", WebhookFormat.STANDARD, [SECRET]).message(
            EVENT, int(this_instant().timestamp())
        )
        target = parse_target(f"http://127.0.0.1:{server.server_port}/", allows_http=True)
        answer = await Poster(seconds=10, allows_private=True).post(target, headers, body)
        thread.join()
    assert answer.status == 204
    assert capsys.readouterr().out == "customer-segment.segment-deleted {'id': 's'}\n"
