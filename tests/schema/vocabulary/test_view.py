"""What staff see as a customer: what the customer's own token shows, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import uuid4

import orjson
import pytest
import structlog
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from models.connection.database import Database
from resolvers.policy import Policy
from tests.factories.documents import segment
from tests.factories.examples import examples
from tests.factories.shop import Shop
from tests.schema.client import Answer, Graph
from tests.schema.engine.plan.generated.shops import fill_at_random
from tests.schema.view_operations import view_operation

POLICIES = (Policy(), Policy(enforce_validity=True), Policy(default_language="de"))
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CUSTOMERS = ("anna", "bob", "carla", "dora", "eve", "fred", "c0", "c1", "c2", "c3", "nobody")
LEGAL_ENTITIES = (None, None, "acme", "globex", "initech", "le0", "none")
LANGUAGES = (None, "de", "fr, de;q=0.5")
INSTANTS = (
    datetime(2019, 6, 1, tzinfo=UTC),
    datetime(2024, 3, 1, tzinfo=UTC),
    datetime(2999, 6, 1, tzinfo=UTC),
)
SEGMENTS = "segments { nodes { id isActive } }"
thorough = settings(
    max_examples=examples(50),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="session")
async def shops(database: Database) -> Sequence[Graph]:
    """Shops full of random rows, one of each policy."""
    shops = [Shop(database, f"v{uuid4().hex[:12]}", policy) for policy in POLICIES]
    for number, shop in enumerate(shops):
        await fill_at_random(shop, Random(number))  # noqa: S311  (no secret)
    return [Graph(shop) for shop in shops]


def of_field(answer: Answer, *names: str) -> tuple[bytes, list[tuple[Any, ...]]]:
    """The JSON at a path, and what is wrong below it."""
    found = answer.data
    for name in names:
        found = found and found[name]
    errors = [
        (error["message"], error["extensions"]["code"], tuple(error["path"][len(names) :]))
        for error in answer.errors
    ]
    return orjson.dumps(found), errors


@pytest.mark.slow
@thorough
@given(seed=st.integers(0, 2**32), data=st.data())
async def test_it_is_what_the_customers_own_token_shows(
    shops: Sequence[Graph], seed: int, data: st.DataObject
) -> None:
    """Byte for byte, errors included, at any moment, by `viewer` and by the lists of Query."""
    random = Random(seed)  # noqa: S311  (no secret)
    graph, asked = random.choice(shops), view_operation(random)
    customer, legal_entity = random.choice(CUSTOMERS), random.choice(LEGAL_ENTITIES)
    at = data.draw(st.sampled_from([None, *INSTANTS]))
    own: dict[str, Any] = {"caller": graph.shop.caller("O", customer, legal_entity), "now": at or NOW}
    staff: dict[str, Any] = {"caller": graph.shop.caller("R", "bob", "globex"), "now": NOW}
    language = random.choice(LANGUAGES)
    arguments = orjson.dumps(customer).decode()
    if legal_entity is not None:
        arguments += f", legalEntityId: {orjson.dumps(legal_entity).decode()}"
    if at is not None:
        arguments += f', at: "{at.isoformat()}"'

    async def ask(text: str, by: Mapping[str, Any]) -> Answer:
        return await graph.ask(asked.document(text), asked.variables, **by, accept_language=language)

    seen = await ask(f"{{ view: viewAs(customerId: {arguments}) {{ LISTS }} }}", staff)
    assert of_field(seen, "view") == of_field(await ask("{ LISTS }", own))
    everything = await ask(f"{{ view: viewAs(customerId: {arguments}) {{ ALL }} }}", staff)
    shown = await ask("{ view: viewer { ALL } }", own)
    assert of_field(everything, "view") == of_field(shown, "view")
    assert everything.errors or everything.statements == shown.statements
    event("errors" if everything.errors else "data")


@pytest.mark.slow
@thorough
@given(seed=st.integers(0, 2**32))
async def test_views_in_one_operation_know_nothing_of_each_other(shops: Sequence[Graph], seed: int) -> None:
    """Nor does the caller's own part of the answer know of them, or they of it."""
    random = Random(seed)  # noqa: S311  (no secret)
    graph, asked = random.choice(shops), view_operation(random)
    staff: dict[str, Any] = {"caller": graph.shop.caller("RO", "carla", "acme"), "now": NOW}
    parts = {
        "one": f'viewAs(customerId: "{random.choice(CUSTOMERS)}") {{ ALL }}',
        "two": f'viewAs(customerId: "bob", at: "{random.choice(INSTANTS).isoformat()}") {{ ALL }}',
        "three": "viewer { ALL }",
        "four": "viewer { of_customer: customer { segments { nodes { id name } } } }",
    }

    async def ask(fields: str) -> Answer:
        return await graph.ask(asked.document(f"{{ {fields} }}"), asked.variables, **staff)

    alone = {name: await ask(f"{name}: {text}") for name, text in parts.items()}
    if any(answer.errors for answer in alone.values()):
        event("errors")
        return
    order = random.sample(sorted(parts), len(parts))
    together = await ask(" ".join(f"{name}: {parts[name]}" for name in order))
    for name in parts:
        assert of_field(together, name) == of_field(alone[name], name)


async def test_links_of_links_stay_in_the_view(world: Graph) -> None:
    """The reader sees three customers in gold; as Anna, Anna alone."""
    query = """{
        segments(q: "id:gold") { nodes { customerAssignments { totalCount nodes { customer { id } } } } }
        viewAs(customerId: "anna") { segments(q: "id:gold") { nodes {
            customerAssignments { totalCount nodes { customer { id segments(onlyActive: false) {
                nodes { id customerAssignments { totalCount } }
            } } } }
        } } }
    }"""
    data = await world(query, caller=world.shop.caller("R"))
    assert data["segments"]["nodes"][0]["customerAssignments"]["totalCount"] == 3
    of_anna = [{"id": one, "customerAssignments": {"totalCount": 1}} for one in ("expired", "gold")]
    customer = {"id": "anna", "segments": {"nodes": of_anna}}
    [gold] = data["viewAs"]["segments"]["nodes"]
    assert gold == {"customerAssignments": {"totalCount": 1, "nodes": [{"customer": customer}]}}


async def test_it_shows_what_a_token_of_the_customer_would_say(world: Graph) -> None:
    query = """{ viewAs(customerId: "carla", legalEntityId: "acme") {
        tenant subject scopes readAccess canManage customer { id firstName } legalEntity { name }
    } }"""
    data = await world(query, caller=replace(world.shop.caller("RM", "bob"), subject="staff"))
    assert data["viewAs"] == {
        "tenant": world.shop.tenant,
        "subject": None,
        "scopes": ["customersegment.segment_read_own"],
        "readAccess": "OWN",
        "canManage": False,
        "customer": {"id": "carla", "firstName": "Carla"},
        "legalEntity": {"name": "Acme Ltd"},
    }


@pytest.mark.parametrize(
    ("customer", "at", "expected"),
    [
        ("anna", None, ["gold"]),
        ("anna", "2019-12-31T23:59:59.999Z", ["expired", "gold"]),
        ("anna", "2020-01-01T00:00:00Z", ["gold"]),
        ("carla", "now", ["bronze", "gold", "silver"]),
        ("carla", "2999-01-01T00:00:00Z", ["bronze", "future", "gold", "silver"]),
        ("carla", "2998-12-31T23:59:59.999Z", ["bronze", "gold", "silver"]),
        ("carla", "now+P980Y", ["bronze", "future", "gold", "silver"]),
    ],
)
async def test_another_moment_decides_what_is_valid(
    world: Graph, customer: str, at: str | None, expected: list[str]
) -> None:
    options: dict[str, Any] = {"policy": Policy(enforce_validity=True), "caller": world.shop.caller("R")}
    outside = f"query ($c: ID!, $at: DateTime) {{ viewAs(customerId: $c, at: $at) {{ {SEGMENTS} }} }}"
    inside = outside.replace(", at: $at)", ")").replace("segments {", "segments(at: $at) {")
    for query in (outside, inside):
        data = await world(query, {"c": customer, "at": at}, **options)
        assert data["viewAs"]["segments"]["nodes"] == [{"id": one, "isActive": True} for one in expected]


async def test_two_moments_can_be_compared(world: Graph) -> None:
    query = """{ viewer {
        before: categoryTrees(at: "2999-01-01T00:00:00Z") { id subcategories { id } }
        items: itemAssignments(at: "2999-01-01T00:00:00Z") { totalCount nodes { segment { id isActive } } }
        itemAssignments { totalCount }
    } }"""
    caller = world.shop.caller("RO", "carla", "initech")
    viewer = (await world(query, caller=caller, policy=Policy(enforce_validity=True)))["viewer"]
    assert viewer["items"]["totalCount"] == 3
    assert {"segment": {"id": "future", "isActive": True}} in viewer["items"]["nodes"]
    assert viewer["itemAssignments"] == {"totalCount": 2}
    assert viewer["before"] == [{"id": "store", "subcategories": [{"id": "tools"}]}]


async def test_what_is_relative_to_now_is_relative_to_the_moment(world: Graph) -> None:
    query = """{ viewAs(customerId: "anna", at: "2020-01-15T00:00:00Z") {
        then: segments(where: {validTo: {withinLast: "P30D"}}) { nodes { id } }
        later: segments(at: "now+P30D", q: "validity.to:>now-P30D") { nodes { id } }
    } }"""
    data = await world(query, caller=world.shop.caller("R"))
    assert data["viewAs"] == {"then": {"nodes": [{"id": "expired"}]}, "later": {"nodes": []}}


@pytest.mark.parametrize("scopes", ["O", "OM"])
async def test_a_customer_sees_no_other_moment(world: Graph, scopes: str) -> None:
    query = '{ viewer { segments(at: "2999-01-01T00:00:00Z") { totalCount } } }'
    assert (await world.ask(query, caller=world.shop.caller(scopes, "anna"))).codes == ["FORBIDDEN"]


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ('customerId: ""', ["customerId"]),
        (f'customerId: "{"x" * 300}"', ["customerId"]),
        (f'customerId: "anna", legalEntityId: "{"x" * 300}"', ["legalEntityId"]),
        ('customerId: "anna", at: "1969-12-31T23:59:59Z"', ["at"]),
        ('customerId: "anna", at: "8000-01-01T00:00:00Z"', ["at"]),
        ('customerId: "anna", at: "0001-01-01T00:00:00Z"', ["at"]),
        ('customerId: "anna", at: "now-P1000Y"', ["at"]),
    ],
)
async def test_what_cannot_be_meant_is_refused(world: Graph, arguments: str, path: list[str]) -> None:
    with structlog.testing.capture_logs() as lines:
        answer = await world.ask(f"{{ viewAs({arguments}) {{ {SEGMENTS} }} }}")
    assert (answer.codes, answer.statements, lines) == (["INVALID_ARGUMENT"], 0, [])
    assert answer.errors[0]["extensions"]["inputPath"] == path


async def test_all_filters_of_an_operation_count_together(world: Graph) -> None:
    long = f"id:({','.join(['gold'] * 1_500)})"
    fields = " ".join(f'v{one}: segments(q: "{long} id:x{one}") {{ totalCount }}' for one in range(2))
    query = f'{{ one: viewAs(customerId: "anna") {{ {fields} }} segments(q: "{long}") {{ totalCount }} }}'
    assert "INVALID_ARGUMENT" in (await world.ask(query)).codes


async def test_each_use_is_logged_with_the_real_caller(world: Graph) -> None:
    query = """{
        viewAs(customerId: "anna") { tenant }
        other: viewAs(customerId: "bob", legalEntityId: "acme", at: "2030-01-01T00:00:00Z") { tenant }
    }"""
    caller = replace(world.shop.caller("R", "dora"), subject="staff")
    with structlog.testing.capture_logs() as lines:
        await world(query, caller=caller, now=NOW)
    common = {
        "event": "view as",
        "log_level": "info",
        "tenant": world.shop.tenant,
        "actor": "staff",
        "request_id": None,
    }
    assert lines == [
        {**common, "customer_id": "anna", "legal_entity_id": None, "at": "2026-06-01T12:00:00.000Z"},
        {**common, "customer_id": "bob", "legal_entity_id": "acme", "at": "2030-01-01T00:00:00.000Z"},
    ]


@pytest.mark.parametrize("scopes", ["O", "M", "OM", ""])
async def test_only_who_reads_everything_may_look(world: Graph, scopes: str) -> None:
    with structlog.testing.capture_logs() as lines:
        answer = await world.ask(
            f'{{ viewAs(customerId: "anna") {{ {SEGMENTS} }} }}', caller=world.shop.caller(scopes, "anna")
        )
    assert (answer.codes, answer.data, answer.statements, lines) == (["FORBIDDEN"], None, 0, [])


async def test_a_customer_of_another_tenant_is_an_unknown_one(shop: Shop) -> None:
    await shop.segments(segment("gold"))
    data = await Graph(shop)(
        '{ viewAs(customerId: "anna") { customer { id firstName } segments { totalCount } } }'
    )
    assert data["viewAs"] == {"customer": {"id": "anna", "firstName": None}, "segments": {"totalCount": 0}}
