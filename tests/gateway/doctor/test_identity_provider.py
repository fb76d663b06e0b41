"""Findings on the identity provider."""

from email.utils import formatdate
from time import time
from typing import Any

import orjson
import pytest
from starlette.types import Receive, Scope, Send

from gateway.doctor.finding import State
from gateway.doctor.identity_provider import check_identity_provider
from gateway.settings.settings import Settings
from tests.gateway.identity.test_jwks import ED_KEY, jwk_of
from tests.gateway.serving import listening

USABLE = jwk_of(ED_KEY, "EdDSA", kid="k")


def _provider(keys: list[Any], clock: float) -> Any:
    async def provider(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for kind in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{kind}.complete"})
            return
        headers = [(b"date", formatdate(clock, usegmt=True).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": orjson.dumps({"keys": keys})})

    return provider


@pytest.mark.parametrize(
    ("keys", "ahead", "states"),
    [
        ([USABLE], 0, [State.OK, State.OK]),
        ([{"kty": "oct"}], 0, [State.FAULT, State.OK]),
        ([USABLE], 3600, [State.OK, State.WARNING]),
    ],
)
async def test_keys_and_clock(keys: list[Any], ahead: float, states: list[State]) -> None:
    async with listening(_provider(keys, time() + ahead), date_header=False) as url:
        settings = Settings(jwks_url=f"{url}/keys?secret=hidden")
        findings = [finding async for finding in check_identity_provider(settings)]
    assert [finding.state for finding in findings] == states
    assert "hidden" not in repr(findings)


async def test_a_provider_that_does_not_answer() -> None:
    settings = Settings(jwks_url="http://user:hidden@127.0.0.1:1/keys")
    [finding] = [finding async for finding in check_identity_provider(settings)]
    assert finding.state is State.FAULT
    assert finding.text.startswith("the keys at http://127.0.0.1:1/keys cannot be fetched: ")
