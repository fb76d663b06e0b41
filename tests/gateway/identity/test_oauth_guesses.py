"""Guessing of client secrets: a bounded rate for each client id and address, and for nobody else."""

import base64

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import Route

from gateway.identity.oauth import TokenEndpoint
from gateway.identity.oauth_guesses import FREE_FAILURES, MOST_ENTRIES, SECONDS_PER_FAILURE, Guesses
from gateway.settings.settings import OAuthClient

SIGNING_SECRET = "0123456789abcdef0123456789abcdef"
GOOD = "a-secret-of-more-than-thirty-two-bytes"
CLIENTS = [
    OAuthClient(client_id=name, client_secret=SecretStr(GOOD), tenant="acme", scopes=("segment_read",))
    for name in ("backend", "other", "a+b")
]


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def guesses(clock: Clock) -> Guesses:
    return Guesses(clock)


@pytest.fixture
def app(guesses: Guesses) -> Starlette:
    endpoint = TokenEndpoint(CLIENTS, SIGNING_SECRET, guesses=guesses)
    return Starlette(routes=[Route("/oauth/token", endpoint, methods=["POST"])])


async def ask(app: Starlette, address: str, secret: str, client_id: str = "backend") -> httpx.Response:
    transport = httpx.ASGITransport(app, client=(address, 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        return await client.post("/oauth/token", data=form)


async def exhaust(app: Starlette, address: str, client_id: str = "backend") -> None:
    for number in range(FREE_FAILURES):
        assert (await ask(app, address, f"guess-{number}", client_id)).status_code == 401


async def test_after_ten_wrong_secrets_even_the_right_one_has_to_wait(app: Starlette, clock: Clock) -> None:
    assert FREE_FAILURES == 10
    await exhaust(app, "192.0.2.1")
    for secret in ("guess", GOOD):
        response = await ask(app, "192.0.2.1", secret)
        assert (response.status_code, response.headers["retry-after"]) == (429, "6")
        assert response.headers["cache-control"] == "no-store"
        assert response.json() == {
            "error": "temporarily_unavailable",
            "error_description": "Too many wrong secrets; try again in 6 seconds.",
        }
    clock.now += 4.5
    assert (await ask(app, "192.0.2.1", GOOD)).headers["retry-after"] == "2"
    clock.now += 1.5
    assert (await ask(app, "192.0.2.1", "guess")).status_code == 401
    assert (await ask(app, "192.0.2.1", GOOD)).status_code == 429
    clock.now += SECONDS_PER_FAILURE
    assert (await ask(app, "192.0.2.1", GOOD)).status_code == 200


async def test_waiting_is_not_prolonged_by_asking(app: Starlette, clock: Clock) -> None:
    await exhaust(app, "192.0.2.1")
    for _ in range(100):
        assert (await ask(app, "192.0.2.1", "guess")).status_code == 429
    clock.now += SECONDS_PER_FAILURE
    assert (await ask(app, "192.0.2.1", GOOD)).status_code == 200


async def test_another_address_and_another_client_are_not_locked_out(app: Starlette) -> None:
    await exhaust(app, "192.0.2.1")
    await exhaust(app, "2001:db8::1")
    for address in ("192.0.2.2", "2001:db8:0:1::1"):
        assert (await ask(app, address, GOOD)).status_code == 200
    assert (await ask(app, "192.0.2.1", GOOD, "other")).status_code == 200


async def test_the_addresses_of_one_network_are_one_guesser(app: Starlette) -> None:
    await exhaust(app, "2001:db8::1")
    await exhaust(app, "::ffff:192.0.2.9")
    for address in ("2001:db8::2", "2001:db8::ffff:1:2:3", "192.0.2.9"):
        assert (await ask(app, address, GOOD)).status_code == 429


async def test_an_unknown_client_is_answered_in_the_same_way(app: Starlette) -> None:
    """The answers do not show which ids exist."""
    await exhaust(app, "192.0.2.1", "nobody")
    assert (await ask(app, "192.0.2.1", GOOD, "nobody")).status_code == 429


async def test_no_spelling_of_an_id_gives_further_guesses(app: Starlette) -> None:
    transport = httpx.ASGITransport(app, client=("192.0.2.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        statuses = []
        for number in range(2 * FREE_FAILURES):
            name = ("a+b", "a%2Bb", "a%2bb", "%61%2Bb")[number % 4]
            encoded = base64.b64encode(f"{name}:guess".encode()).decode()
            response = await client.post(
                "/oauth/token",
                data={"grant_type": "client_credentials"},
                headers={"Authorization": f"Basic {encoded}"},
            )
            statuses.append(response.status_code)
    assert statuses == [401] * FREE_FAILURES + [429] * FREE_FAILURES
    assert (await ask(app, "192.0.2.1", GOOD, "a+b")).status_code == 429


async def test_successes_cost_nothing(app: Starlette, guesses: Guesses) -> None:
    for _ in range(5 * FREE_FAILURES):
        assert (await ask(app, "192.0.2.1", GOOD)).status_code == 200
    assert len(guesses) == 0


def test_a_flood_of_ids_takes_bounded_room_and_frees_no_full_bucket(guesses: Guesses) -> None:
    for _ in range(FREE_FAILURES):
        guesses.add_failure("backend", "192.0.2.1")
    for number in range(3 * MOST_ENTRIES):
        guesses.add_failure(f"{'x' * 10_000 if number < 10 else ''}{number}", "192.0.2.1")
    assert len(guesses) == MOST_ENTRIES
    assert guesses.seconds_to_wait("backend", "192.0.2.1") == 6


@pytest.mark.parametrize("address", ["", "testclient", "192.0.2.1", "fe80::1%eth0", "\udc80", "::1"])
def test_any_address_and_id_can_be_counted(guesses: Guesses, address: str) -> None:
    for client_id in ("", "\0", "\ud800", "ü" * 20_000):
        assert guesses.seconds_to_wait(client_id, address) == 0
        for _ in range(FREE_FAILURES):
            guesses.add_failure(client_id, address)
        assert guesses.seconds_to_wait(client_id, address) == 6
