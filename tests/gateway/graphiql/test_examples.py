"""The worked examples of the page: each answers, in the name of the caller whom its tab speaks for."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.commands.demo import DEMO_TENANT, demo_callers, fill_demo
from gateway.settings.settings import Settings
from models.connection.database import Database
from models.migrate import migrate
from resolvers.policy import Policy
from tests.gateway.serving import listening
from tests.gateway.streaming import Events, Tenant

pytestmark = pytest.mark.slow  # each test has a shop of its own

EXAMPLES = Path(__file__).parents[3] / "gateway" / "graphiql" / "web" / "src" / "examples"


@pytest.fixture
async def settings(empty_database_url: str, secret: str) -> AsyncIterator[Settings]:
    """Settings for a database with the demo shop in it."""
    database = Database(empty_database_url)
    await migrate(database)
    await fill_demo(database, Policy())
    yield Settings(database_url=empty_database_url, token_secret=SecretStr(secret))
    await database.close()


@pytest.fixture
def tokens(settings: Settings) -> dict[str, str]:
    return {caller.name: caller.token for caller in demo_callers(settings)}


async def answer(client: httpx.AsyncClient, tokens: dict[str, str], name: str) -> dict[str, Any]:
    [path] = EXAMPLES.glob(f"*.{name}.graphql")
    caller = path.name.split(".")[1]
    response = await client.post(
        "/graphql",
        json={"query": path.read_text()},
        headers={"Authorization": f"Bearer {tokens[caller]}"},
    )
    body: dict[str, dict[str, Any]] = response.json()
    assert "errors" not in body
    return body["data"]


async def test_the_administrator_sees_the_whole_shop(
    client: httpx.AsyncClient, tokens: dict[str, str]
) -> None:
    segments = (await answer(client, tokens, "segments"))["segments"]
    assert segments["totalCount"] == 5
    assert segments["nodes"][0]["name"] == "Camper"


async def test_anna_sees_what_is_hers(client: httpx.AsyncClient, tokens: dict[str, str]) -> None:
    shop = await answer(client, tokens, "shop")
    assert shop["viewer"] == {"readAccess": "OWN", "customer": {"firstName": "Anna"}}
    assert [segment["id"] for segment in shop["segments"]["nodes"]] == ["campers", "vip", "winter-2024"]
    assert [tree["name"] for tree in shop["categoryTrees"]] == ["Outdoor"]


async def test_david_sees_his_companys_and_his_own(client: httpx.AsyncClient, tokens: dict[str, str]) -> None:
    company = await answer(client, tokens, "company")
    assert company["viewer"]["legalEntity"] == {"name": "Hütten Nord GmbH"}
    segments = company["viewer"]["segments"]["nodes"]
    assert [(segment["id"], segment["membership"]) for segment in segments] == [
        ("campers", "GROUP"),
        ("cyclists", "DIRECT"),
        ("vip", "DIRECT"),
        ("wholesale", "DIRECT"),
    ]


async def test_products_are_matched(client: httpx.AsyncClient, tokens: dict[str, str]) -> None:
    matching = await answer(client, tokens, "matching")
    assert matching == {"matchItems": ["p-100", "p-101", "p-102", "p-103"]}


async def test_a_second_run_of_the_mutation_says_what_is_wrong(
    client: httpx.AsyncClient, tokens: dict[str, str]
) -> None:
    first = (await answer(client, tokens, "mutation"))["segmentCreate"]
    assert (first["segment"]["id"], first["userErrors"]) == ("readers", [])
    second = (await answer(client, tokens, "mutation"))["segmentCreate"]
    assert second["segment"] is None
    assert [(error["code"], error["path"]) for error in second["userErrors"]] == [
        ("ALREADY_EXISTS", ["input", "id"])
    ]


async def test_changes_are_followed(settings: Settings, tokens: dict[str, str], secret: str) -> None:
    [path] = EXAMPLES.glob("*.administrator.follow.graphql")
    async with listening(create_app(settings)) as url:
        shop = Tenant(url, DEMO_TENANT, secret)
        token = {"Authorization": f"Bearer {tokens['administrator']}"}
        async with shop.graphql(path.read_text(), headers=token) as events:
            begin = await batch(events)
            await shop.put("readers")
            change = await batch(events)
    assert begin["changes"] == []
    [one] = change["changes"]
    assert (one["type"], one["segment"]["id"]) == ("SEGMENT_CREATED", "readers")


async def test_it_is_explained_who_sees_what(client: httpx.AsyncClient, tokens: dict[str, str]) -> None:
    why = await answer(client, tokens, "why")
    assert why["explainVisibility"]["holds"] is True
    assert [one["text"] for one in why["explainVisibility"]["because"]] == [
        "The segment campers shows it to the customer.",
        "The segment winter-2024 shows it to the customer.",
        "The segment wholesale does not show it to the customer. The customer anna is not assigned to it.",
    ]
    assert why["explainMembership"]["holds"] is True
    [reason] = why["explainMembership"]["because"]
    assert reason["text"].startswith("The customer ben was assigned automatically on ")


async def test_staff_see_what_customers_see(client: httpx.AsyncClient, tokens: dict[str, str]) -> None:
    views = await answer(client, tokens, "viewas")
    assert views["anna"]["customer"] == {"firstName": "Anna"}
    assert [one["id"] for one in views["anna"]["segments"]["nodes"]] == ["campers", "vip", "winter-2024"]
    assert [tree["name"] for tree in views["anna"]["categoryTrees"]] == ["Outdoor"]
    assert views["david"]["legalEntity"] == {"name": "Hütten Nord GmbH"}
    shown = {one["segment"]["id"] for one in views["david"]["itemAssignments"]["nodes"]}
    assert views["david"]["itemAssignments"]["totalCount"] == 9
    assert shown == {"campers", "cyclists", "vip", "wholesale"}


async def test_a_rule_assigns_customers_and_is_explained(
    client: httpx.AsyncClient, tokens: dict[str, str]
) -> None:
    data = await answer(client, tokens, "rules")
    assert data["segment"]["rule"]["state"] == "ACTIVE"
    assert data["segment"]["customerAssignments"]["nodes"] == [
        {"assignmentType": "MANUAL", "customer": {"firstName": "Anna"}},
        {"assignmentType": "AUTOMATIC", "customer": {"firstName": "Clara"}},
        {"assignmentType": "MANUAL", "customer": {"firstName": "David"}},
    ]
    assert (data["emma"]["holds"], data["clara"]["holds"]) == (False, True)
    assert data["emma"]["because"][0]["reasons"] == [
        {"text": "The turnover is 75, not at least 1000.", "seen": 75, "expected": {"gte": 1000}}
    ]
    assert data["clara"]["because"][0]["until"] is not None


async def test_a_rule_is_previewed_and_set(client: httpx.AsyncClient, tokens: dict[str, str]) -> None:
    changes = (await answer(client, tokens, "preview"))["segmentRulePreview"]
    counts = ("matches", "joins", "leaves", "keptByHand", "excluded")
    assert [changes[name] for name in counts] == [3, 1, 2, 0, 0]
    assert [one["firstName"] for one in changes["joining"]["nodes"]] == ["Felix"]
    assert [one["firstName"] for one in changes["leaving"]["nodes"]] == ["Clara", "David"]
    assert sum(day["leaves"] for day in changes["forecast"]) == 1

    rule = (await answer(client, tokens, "setrule"))["segmentRuleSet"]
    assert rule["userErrors"] == []
    assert (rule["rule"]["state"], rule["rule"]["dependsOn"]) == ("ACTIVE", ["mixins.shop"])
    changes = (await answer(client, tokens, "preview"))["segmentRulePreview"]
    assert [changes[name] for name in counts] == [3, 0, 0, 0, 0]


async def batch(events: Events) -> dict[str, Any]:
    event = await events.next()
    assert event is not None
    changes: dict[str, Any] = event.json["data"]["changes"]
    return changes


def test_there_is_a_test_for_each() -> None:
    names = sorted((path.name for path in EXAMPLES.iterdir()), key=lambda name: int(name.split(".")[0]))
    assert names == [
        "1.administrator.segments.graphql",
        "2.anna.shop.graphql",
        "3.david.company.graphql",
        "4.administrator.matching.graphql",
        "5.administrator.mutation.graphql",
        "6.administrator.follow.graphql",
        "7.administrator.why.graphql",
        "8.administrator.viewas.graphql",
        "9.administrator.rules.graphql",
        "10.administrator.preview.graphql",
        "11.administrator.setrule.graphql",
    ]
