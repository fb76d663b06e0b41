"""Large rules: each is parsed once, and never on the event loop."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from models.connection.database import Database
from resolvers.errors import LimitReached
from resolvers.rules import head
from resolvers.rules.definition import facts, valid
from resolvers.rules.definition.content import RuleContent
from resolvers.rules.judging import condition
from resolvers.rules.upkeep.keeper import RuleKeeper
from tests.factories.documents import segment
from tests.factories.shop import Shop
from tests.resolvers.rules.upkeep.test_apply import give, members, person
from tests.resolvers.rules.world import keep_others_away
from tests.rest_compat.rest import Rest
from tests.schema.client import USER_ERRORS, Graph

RULES = 3
SET = f"$id: ID!, $rule: SegmentRuleInput! => segmentRuleSet(segmentId: $id, rule: $rule) {{ {USER_ERRORS} }}"
FORMS = "state error dependsOn progress where q again: q and: where"
LIST = f"{{ segments(first: 100) {{ nodes {{ rule {{ {FORMS} }} }} }} }}"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Counter[bool]:
    """How often a condition was parsed, checked or compiled: on the event loop or in another thread."""
    counts = Counter[bool]()
    loop = threading.get_ident()

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            counts[threading.get_ident() == loop] += 1
            return function(*arguments, **options)

        return call

    monkeypatch.setattr(RuleContent, "tree", counted(RuleContent.tree))
    for module, name in ((condition, "compile_condition"), (valid, "check_condition")):
        monkeypatch.setattr(module, name, counted(getattr(module, name)))
    return counts


def forget() -> None:
    """Be a process that has just started."""
    for cache in (facts.FACTS, head.KEPT, head.NEWEST):
        cache.clear()


def large(tenant: str, number: int) -> dict[str, Any]:
    values = [f"{tenant} {number} {value:04}".ljust(50, "x") for value in range(990)]
    timed = {"mixin": {"path": "shop.at", "withinLast": f"P{1 + number}D"}}
    return {"where": {"or": [{"id": {"in": values}}, timed]}}


@pytest.fixture
async def rules(rest: Rest) -> Graph:
    """Segments with large rules."""
    shop = Shop(rest.database, rest.tenant)
    await shop.write(keep_others_away)
    await shop.segments(*(segment(f"s{number}") for number in range(RULES)))
    await shop.known_customers(person("a"), person("b", 1, "l"))
    graph = Graph(shop)
    for number in range(RULES):
        payload = await graph.mutate(SET, {"id": f"s{number}", "rule": large(shop.tenant, number)})
        assert payload == {"userErrors": []}
    return graph


async def test_large_rules_are_parsed_in_another_thread(
    rules: Graph, rest: Rest, parsed: Counter[bool]
) -> None:
    shop, rule = rules.shop, large(rules.shop.tenant, 0)
    keeper = RuleKeeper(shop.database, shop.policy, "one")

    async def read_list() -> Any:
        return await rules(LIST)

    steps: list[Callable[[], Any]] = [
        read_list,
        lambda: shop.known_customers(person("a", 5)),
        lambda: keeper.work_on(shop.tenant),
        lambda: rest("GET", "/s0/rule"),
        lambda: rest("PUT", "/s0/rule", large(shop.tenant, RULES)),
        lambda: rest("POST", "/s0/rule/preview?forecastDays=3", rule),
        lambda: rest("POST", "/s0/rule/pause"),
        lambda: rules('{ explainMembership(segmentId: "s1", customerId: "a") { holds } }'),
        lambda: rest("DELETE", "/s0/rule"),
    ]
    for step in steps:
        forget()
        await step()
    assert parsed[False] > 0
    assert parsed[True] == 0


async def test_a_rule_of_a_list_is_parsed_once(rules: Graph, parsed: Counter[bool]) -> None:
    forget()
    first, before = await rules(LIST), parsed.copy()
    assert [node["rule"]["state"] for node in first["segments"]["nodes"]] == ["ACTIVE"] * RULES
    assert await rules(LIST) == first
    assert parsed == before


@pytest.mark.slow
async def test_all_rules_of_a_tenant_have_a_size(database: Database, tenant: str) -> None:
    shop = Shop(database, tenant)
    most = 1_000_000 // len(orjson.dumps(large(tenant, 0)))
    await shop.segments(*(segment(f"s{number}") for number in range(most + 1)))
    for number in range(most):
        await give(shop, f"s{number}", large(tenant, number))
    with pytest.raises(LimitReached, match="at most 1,000,000 bytes together"):
        await give(shop, f"s{most}", large(tenant, most))
    assert await members(shop, f"s{most}") == []
