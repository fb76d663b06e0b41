"""The demo's tokens: for the page on this machine, in the demo, and for nobody else."""

from typing import Any

import httpx
import pytest
import structlog

from gateway.app import create_app, verifier_of
from gateway.demo import DEMO_TENANT
from gateway.settings import Settings

HERE = ("127.0.0.1", 50_000)


async def callers_shown(settings: Settings, host: str, client: tuple[str, int] = HERE) -> httpx.Response:
    app = create_app(settings)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=client), base_url=f"http://{host}"
    ) as browser:
        return await browser.get("/graphql/callers.json")


@pytest.fixture
def demo(settings: Settings) -> Settings:
    return settings.model_copy(update={"demo": True})


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
async def test_the_demo_offers_its_callers_to_this_machine(demo: Settings, host: str) -> None:
    answer = await callers_shown(demo, host)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    offered: list[dict[str, Any]] = answer.json()
    assert [one["name"] for one in offered] == ["administrator", "anna", "david"]
    assert [one["description"] for one in offered] == [
        "Administrator, who reads and writes everything",
        "Anna, a private customer, who sees her own segments",
        "David, who buys for Hütten Nord GmbH",
    ]
    verifier = verifier_of(demo)
    callers = [await verifier.verify(one["token"]) for one in offered]
    assert [(caller.tenant, caller.customer_id) for caller in callers] == [
        (DEMO_TENANT, None),
        (DEMO_TENANT, "anna"),
        (DEMO_TENANT, "david"),
    ]


async def test_another_machine_is_offered_nothing(demo: Settings) -> None:
    assert (await callers_shown(demo, "127.0.0.1:8000", ("192.0.2.7", 50_000))).json() == []


async def test_a_foreign_name_for_this_machine_is_offered_nothing(demo: Settings) -> None:
    """A page elsewhere can let its own name point here; the browser then takes us for its origin."""
    assert (await callers_shown(demo, "rebound.example.com:8000")).json() == []


async def test_outside_of_the_demo_nobody_is_offered(settings: Settings) -> None:
    assert (await callers_shown(settings, "localhost:8000")).json() == []


async def test_where_tokens_are_not_ours_nobody_is_offered(demo: Settings) -> None:
    foreign = demo.model_copy(update={"token_secret": None, "jwks_url": "https://login.example.com/keys"})
    assert (await callers_shown(foreign, "localhost:8000")).json() == []


async def test_the_tokens_are_not_logged(demo: Settings) -> None:
    with structlog.testing.capture_logs() as lines:
        answer = await callers_shown(demo, "localhost:8000")
    assert [line["path"] for line in lines] == ["/graphql/callers.json"]
    assert answer.json()[0]["token"] not in str(lines)
