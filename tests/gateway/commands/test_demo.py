"""The invented shop of `serve --demo`."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from gateway.app import create_app, verifier_of
from gateway.commands.demo import DEMO_DATA, DEMO_TENANT, QUERIES, demo_data, demo_greeting, fill_demo
from gateway.settings.settings import Settings
from models.connection.database import Database
from models.migrate import migrate
from resolvers.caller import Scope
from resolvers.policy import Policy
from tests.factories.shop import Shop
from tests.gateway.serving import client_of
from tests.schema.client import Graph

URL = "http://127.0.0.1:8000"


@pytest.fixture
async def empty_database(empty_database_url: str) -> AsyncIterator[Database]:
    """A database with tables, and nothing in them."""
    database = Database(empty_database_url)
    await migrate(database)
    yield database
    await database.close()


@pytest.fixture
def demo_settings(empty_database: Database, secret: str) -> Settings:
    url = empty_database.engine.url.render_as_string(hide_password=False)
    return Settings(database_url=url, token_secret=SecretStr(secret))


def tokens(settings: Settings) -> list[str]:
    """The tokens that the greeting shows."""
    return [word for word in demo_greeting(URL, settings).split() if word.startswith("eyJ")]


def demo_records() -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in DEMO_DATA.read_bytes().splitlines()]


async def test_an_empty_database_is_filled_once(empty_database: Database) -> None:
    assert await fill_demo(empty_database, Policy()) is True
    assert await fill_demo(empty_database, Policy()) is False


async def test_the_demo_does_not_depend_on_the_policy(empty_database: Database) -> None:
    strict = Policy(default_language="pt", languages=("pt",), enforce_references=True, enforce_validity=True)
    assert await fill_demo(empty_database, strict) is True


async def test_a_database_with_records_is_left_alone(database: Database) -> None:
    """Other tests have stored theirs, in other tenants; this one makes sure."""
    await fill_demo(database, Policy())
    assert await fill_demo(database, Policy()) is False


def test_the_shop_has_every_kind_of_thing() -> None:
    records = demo_records()
    customers = [one for one in records if one["kind"] == "customer"]
    segments = [one for one in records if one["kind"] == "segment"]

    assert {len(one.get("legalEntityIds", [])) for one in customers} == {0, 1, 3}
    assert {one["status"] for one in segments} == {"ACTIVE", "INACTIVE"}
    assert {one["siteCode"] for one in segments} == {"main", "outlet"}
    assert [one["id"] for one in segments if "to" in one.get("validity", {})] == ["winter-2024"]
    assert len([one for one in segments if "mixins" in one]) == 3
    assert {language for one in segments for language in one["name"]} == {"en", "de", "fr"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("mixins.shop.turnover:>=1000", ["anna", "clara", "david"]),
        ("mixins.shop.lastOrderAt:>now-P90D", ["anna", "ben", "clara", "david"]),
        ("mixins.shop.lastOrderAt:>now-P80D", ["anna", "clara", "david"]),
        ("legalEntity.mixins.company.country:DE", ["david", "felix"]),
        ("mixins.shop.turnover:missing", ["greta"]),
    ],
)
async def test_customers_can_be_told_apart_by_what_they_bought_and_for_whom(
    empty_database: Database, where: str, expected: list[str]
) -> None:
    await fill_demo(empty_database, Policy())
    shop = Shop(empty_database, DEMO_TENANT)
    data = await Graph(shop)("query ($q: String) { customers(q: $q) { nodes { id } } }", {"q": where})
    assert [one["id"] for one in data["customers"]["nodes"]] == expected


def test_times_in_the_data_are_relative_to_its_first_start() -> None:
    lines = [orjson.loads(line) for line in demo_data(datetime(2026, 3, 31, 12, tzinfo=UTC)).splitlines()]
    orders = {
        one["id"]: one["mixins"]["shop"]["lastOrderAt"]
        for one in lines
        if one["kind"] == "customer" and "mixins" in one
    }
    assert orders == {
        "anna": "2026-03-19T12:00:00.000Z",
        "ben": "2026-01-04T12:00:00.000Z",
        "clara": "2026-02-19T12:00:00.000Z",
        "david": "2026-03-28T12:00:00.000Z",
        "emma": "2025-09-12T12:00:00.000Z",
        "felix": "2025-11-01T12:00:00.000Z",
    }


async def test_the_tokens_are_an_administrators_and_two_customers(demo_settings: Settings) -> None:
    verifier = verifier_of(demo_settings)
    callers = [await verifier.verify(token) for token in tokens(demo_settings)]

    assert [caller.tenant for caller in callers] == [DEMO_TENANT] * 3
    assert [(caller.customer_id, caller.legal_entity_id) for caller in callers] == [
        (None, None),
        ("anna", None),
        ("david", "le-nord"),
    ]
    assert [caller.scopes for caller in callers] == [
        {Scope.READ, Scope.MANAGE},
        {Scope.READ_OWN},
        {Scope.READ_OWN},
    ]


def test_the_greeting_shows_the_address_and_the_queries(settings: Settings) -> None:
    greeting = demo_greeting(URL, settings)
    assert greeting.startswith(f"GraphiQL: {URL}/graphql ")
    assert all(title in greeting for title in QUERIES)


def test_without_a_secret_the_greeting_says_where_tokens_come_from(settings: Settings) -> None:
    foreign = settings.model_copy(update={"token_secret": None, "jwks_url": "https://login.example.com/keys"})
    assert demo_greeting(URL, foreign).endswith("identity provider of SEGMENTS_JWKS_URL.")


async def test_every_query_answers(empty_database: Database, demo_settings: Settings) -> None:
    await fill_demo(empty_database, Policy())
    administrator, anna, david = tokens(demo_settings)
    german, gold, recent, rules, preview, reasons, davids, trees = QUERIES.values()
    async with client_of(create_app(demo_settings)) as client:

        async def answer(query: str, token: str) -> dict[str, Any]:
            response = await client.post(
                "/graphql", json={"query": query}, headers={"Authorization": f"Bearer {token}"}
            )
            body: dict[str, dict[str, Any]] = response.json()
            assert "errors" not in body
            return body["data"]

        segments = (await answer(german, administrator))["segments"]
        assert segments["totalCount"] == 5
        assert segments["nodes"][0]["name"] == "Camper"
        found = (await answer(gold, administrator))["segments"]["nodes"]
        assert [node["id"] for node in found] == ["vip"]
        customers = (await answer(recent, administrator))["customers"]
        assert [node["id"] for node in customers["nodes"]] == ["anna", "ben", "clara", "david"]
        assigned = {
            node["id"]: [
                (one["customer"]["id"], one["assignmentType"])
                for one in node["customerAssignments"]["nodes"]
                if node["rule"]
            ]
            for node in (await answer(rules, administrator))["segments"]["nodes"]
        }
        assert {segment_id: members for segment_id, members in assigned.items() if members} == {
            "testers": [
                ("anna", "MANUAL"),
                ("ben", "MANUAL"),
                ("clara", "AUTOMATIC"),
                ("david", "AUTOMATIC"),
            ],
            "vip": [("anna", "MANUAL"), ("clara", "AUTOMATIC"), ("david", "MANUAL")],
            "wholesale": [
                ("clara", "MANUAL"),
                ("david", "MANUAL"),
                ("david", "MANUAL"),
                ("felix", "AUTOMATIC"),
            ],
        }
        changes = (await answer(preview, administrator))["segmentRulePreview"]
        assert [changes[name] for name in ("matches", "joins", "leaves", "keptByHand")] == [3, 1, 2, 0]
        assert [one["firstName"] for one in changes["joining"]["nodes"]] == ["Felix"]
        assert [one["firstName"] for one in changes["leaving"]["nodes"]] == ["Clara", "David"]
        assert [day["leaves"] for day in changes["forecast"]] == [0, 0, 0, 0, 1, 0, 0]
        why = await answer(reasons, administrator)
        assert (why["clara"]["holds"], why["emma"]["holds"]) == (True, False)
        assert why["clara"]["because"][0]["text"].endswith(" The turnover is 5200, at least 1000.")
        assert why["emma"]["because"] == [
            {
                "text": "The customer emma is not assigned. The turnover is 75, not at least 1000.",
                "reasons": [
                    {
                        "text": "The turnover is 75, not at least 1000.",
                        "seen": 75,
                        "expected": {"gte": 1000},
                    }
                ],
            }
        ]
        customer = (await answer(davids, administrator))["customer"]
        memberships = {node["id"]: node["membership"] for node in customer["segments"]["nodes"]}
        assert memberships == {
            "campers": "GROUP",
            "cyclists": "DIRECT",
            "vip": "DIRECT",
            "wholesale": "DIRECT",
            "winter-2024": "DIRECT",
        }
        assert [tree["name"] for tree in (await answer(trees, anna))["categoryTrees"]] == ["Outdoor"]
        [outdoor] = (await answer(trees, david))["categoryTrees"]
        assert outdoor["isSegmentAssigned"] is True
