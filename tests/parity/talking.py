"""Talking to the whole application from synchronous code, as Hypothesis's machines are."""

import asyncio
from collections.abc import Iterator, Mapping, MutableSequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import orjson
from structlog.testing import capture_logs

from gateway.app import create_app
from gateway.identity.tokens import issue_token
from gateway.settings.settings import Settings
from resolvers.caller import Scope
from tests.gateway.serving import client_of
from tests.parity.service import Who

SCOPES = {"R": Scope.READ, "O": Scope.READ_OWN, "M": Scope.MANAGE}


@dataclass(frozen=True)
class Talk:
    """A client of a running gateway, and the event loop that both live on."""

    client: httpx.AsyncClient
    runner: asyncio.Runner
    secret: str
    log: MutableSequence[Any]

    def send(
        self,
        method: str,
        url: str,
        tenant: str,
        who: Who,
        *,
        headers: Mapping[str, str],
        body: Any = None,
    ) -> httpx.Response:
        """The answer to a request with a JSON body, or without one; nothing may log a bug meanwhile."""
        self.log.clear()
        content = None if body is None else orjson.dumps(body)
        kind = {} if body is None else {"Content-Type": "application/json"}
        token = {"Authorization": f"Bearer {_token(self.secret, tenant, who)}"}
        answer = self.runner.run(
            self.client.request(method, url, headers={**headers, **kind, **token}, content=content)
        )
        assert [line for line in self.log if line["log_level"] not in {"debug", "info"}] == []
        return answer


@cache
def _token(secret: str, tenant: str, who: Who) -> str:
    scopes = [SCOPES[letter] for letter in who.scopes]
    return issue_token(
        secret, tenant, scopes, customer_id=who.customer, legal_entity_id=who.legal_entity, expires_in=86_400
    )


@contextmanager
def running_gateway(settings: Settings) -> Iterator[Talk]:
    """A gateway with an event loop of its own; connections that it loses would be warnings, thus errors."""
    assert settings.token_secret is not None
    with capture_logs() as log, asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        stack = AsyncExitStack()
        client = runner.run(stack.enter_async_context(client_of(create_app(settings))))
        try:
            yield Talk(client, runner, settings.token_secret.get_secret_value(), log)
        finally:
            runner.run(stack.aclose())
