"""Who may ask what: every field of Query and Mutation with every kind of caller (behaviour D7 to D9)."""

from typing import Any

import pytest
from graphql import ObjectTypeDefinitionNode, parse
from sqlalchemy import select

from models.tables.rule import segment_rule
from models.tables.webhook import webhook
from resolvers.caller import ANONYMOUS, Caller, Scope
from resolvers.rules.changing.set import set_rule
from resolvers.rules.definition.document import rule_content
from schema.root import schema
from schema.vocabulary.node import encode_node_id
from tests.factories.webhooks import add_webhook
from tests.schema.client import USER_ERRORS, Graph

GOLD = encode_node_id("Segment", ["gold"])

QUERIES = {
    "viewer": ("viewer { tenant }", "ROM-"),
    "viewer in the own view": (
        "viewer { segments { totalCount } itemAssignments { totalCount } categoryTrees { id } }",
        "O",
    ),
    "viewAs": ('viewAs(customerId: "bob") { segments { totalCount } categoryTrees { id } }', "R"),
    "segment": ('segment(id: "gold") { id }', "RO"),
    "segments": ("segments { totalCount }", "RO"),
    "segments of a customer": ('segments(customerId: "anna") { totalCount }', "R"),
    "itemAssignments": ("itemAssignments { totalCount }", "RO"),
    "categoryTrees": ("categoryTrees { id }", "O"),
    "categoryTrees of a customer": ('categoryTrees(customerId: "anna") { id }', "R"),
    "matchItems": ('matchItems(siteCode: "main", itemIds: ["drill"], segmentIds: ["gold"])', "M"),
    "customer": ('customer(id: "anna") { id }', "RO"),
    "customers": ("customers { totalCount }", "RO"),
    "group": ('group(id: "readers") { id }', "RO"),
    "product": ('product(id: "drill") { id }', "RO"),
    "category": ('category(id: "saws") { id }', "RO"),
    "explainMembership": ('explainMembership(segmentId: "gold", customerId: "anna") { holds }', "R"),
    "explainVisibility": (
        'explainVisibility(customerId: "anna", type: PRODUCT, itemId: "drill") { holds }',
        "R",
    ),
    "segmentRulePreview": ('segmentRulePreview(segmentId: "gold", rule: {q: "id:x"}) { joins }', "R"),
    "node": (f'node(nodeId: "{GOLD}") {{ nodeId }}', "RO"),
    "changes": ("changes { cursor }", "RO"),
    "changesCursor": ("changesCursor", "RO"),
    "webhooks": ("webhooks { id }", "M"),
    "webhook": ('webhook(id: "hook") { id }', "M"),
    "nodes": (f'nodes(nodeIds: ["{GOLD}"]) {{ nodeId }}', "RO"),
}
NEW = '{id: "new", name: [{language: "en", text: "New"}], siteCode: "main"}'
MUTATIONS = {
    "segmentCreate": f"segmentCreate(input: {NEW}) {{ {USER_ERRORS} }}",
    "segmentUpsert": 'segmentUpsert(id: "gold", input: {name: [{language: "en", text: "x"}], siteCode: "m"}) '
    f"{{ {USER_ERRORS} }}",
    "segmentPatch": 'segmentPatch(id: "gold", operations: [{op: REMOVE, path: "/description"}]) '
    f"{{ {USER_ERRORS} }}",
    "segmentDelete": f'segmentDelete(id: "gold", forceDelete: true) {{ {USER_ERRORS} }}',
    "segmentsCreate": f"segmentsCreate(inputs: [{NEW}]) {{ {USER_ERRORS} }}",
    "segmentsUpsert": f"segmentsUpsert(inputs: [{NEW}]) {{ {USER_ERRORS} }}",
    "segmentsDelete": f'segmentsDelete(ids: ["gold"], forceDelete: true) {{ {USER_ERRORS} }}',
    "segmentCustomersAssign": 'segmentCustomersAssign(segmentId: "gold", customers: [{customerId: "zoe"}]) '
    f"{{ {USER_ERRORS} }}",
    "segmentCustomersRemove": 'segmentCustomersRemove(segmentId: "gold", customers: [{customerId: "anna"}]) '
    f"{{ {USER_ERRORS} }}",
    "segmentItemsAssign": 'segmentItemsAssign(segmentId: "gold", type: PRODUCT, items: [{itemId: "saw"}]) '
    f"{{ {USER_ERRORS} }}",
    "segmentItemsRemove": 'segmentItemsRemove(segmentId: "gold", type: PRODUCT, itemIds: ["drill"]) '
    f"{{ {USER_ERRORS} }}",
    "segmentGroupsAssign": 'segmentGroupsAssign(segmentId: "gold", groups: [{groupId: "new"}]) '
    f"{{ {USER_ERRORS} }}",
    "segmentGroupsRemove": f'segmentGroupsRemove(segmentId: "gold", groupIds: ["club"]) {{ {USER_ERRORS} }}',
    "groupsUpsert": f'groupsUpsert(groups: [{{id: "club", userType: CUSTOMER}}]) {{ {USER_ERRORS} }}',
    "groupsDelete": f'groupsDelete(ids: ["club"]) {{ {USER_ERRORS} }}',
    "customersUpsert": f'customersUpsert(customers: [{{id: "anna"}}]) {{ {USER_ERRORS} }}',
    "legalEntitiesUpsert": f'legalEntitiesUpsert(legalEntities: [{{id: "acme"}}]) {{ {USER_ERRORS} }}',
    "productsUpsert": f'productsUpsert(products: [{{id: "drill"}}]) {{ {USER_ERRORS} }}',
    "categoriesUpsert": f'categoriesUpsert(categories: [{{id: "saws"}}]) {{ {USER_ERRORS} }}',
    "customersDelete": f'customersDelete(ids: ["anna"], withAssignments: true) {{ {USER_ERRORS} }}',
    "legalEntitiesDelete": f'legalEntitiesDelete(ids: ["acme"]) {{ {USER_ERRORS} }}',
    "productsDelete": f'productsDelete(ids: ["drill"]) {{ {USER_ERRORS} }}',
    "categoriesDelete": f'categoriesDelete(ids: ["saws"]) {{ {USER_ERRORS} }}',
    "segmentRuleSet": f'segmentRuleSet(segmentId: "gold", rule: {{q: "id:anna"}}) {{ {USER_ERRORS} }}',
    "segmentRulePause": f'segmentRulePause(segmentId: "gold") {{ {USER_ERRORS} }}',
    "segmentRuleRemove": f'segmentRuleRemove(segmentId: "gold") {{ {USER_ERRORS} }}',
    "segmentCustomersRelease": 'segmentCustomersRelease(segmentId: "gold", '
    'customers: [{customerId: "anna"}]) '
    f"{{ {USER_ERRORS} }}",
    "webhookCreate": 'webhookCreate(input: {name: "New", url: "https://shop.example"}) '
    f"{{ {USER_ERRORS} }}",
    "webhookUpdate": f'webhookUpdate(id: "hook", input: {{name: "x"}}) {{ {USER_ERRORS} }}',
    "webhookDelete": f'webhookDelete(id: "hook") {{ {USER_ERRORS} }}',
    "webhookRotateSecret": f'webhookRotateSecret(id: "hook") {{ {USER_ERRORS} }}',
    "webhookTest": f'webhookTest(id: "hook") {{ {USER_ERRORS} }}',
    "webhookReplay": f'webhookReplay(id: "hook", after: "CURSOR") {{ {USER_ERRORS} }}',
}
NEED_READ = ("segmentRuleSet", "segmentCustomersRelease", "webhookCreate", "webhookUpdate", "webhookReplay")
"""Mutations whose answers, or what follows from them, tell what is stored."""


async def mutation(graph: Graph, name: str) -> str:
    """The document, in a tenant that has what it names."""
    if name.startswith("webhook"):
        await add_webhook(graph.shop)
    if "Rule" in name or name.endswith("Release"):
        rule = rule_content({"q": "email:exists"})
        await graph.shop.write(lambda writer: set_rule(writer, "gold", rule))
    cursor = (await graph("{ changesCursor }"))["changesCursor"]
    return f"mutation {{ {MUTATIONS[name].replace('CURSOR', cursor)} }}"


async def everything(graph: Graph) -> Any:
    """Every row of the tenant, webhooks and rules included."""
    others = [select(table).where(table.c.tenant == graph.shop.tenant) for table in (webhook, segment_rule)]
    async with graph.shop.database.read() as snapshot:
        rows = [[dict(row) for row in await snapshot.rows(statement)] for statement in others]
        return await graph.shop.rows(), rows


def test_the_tables_name_every_field() -> None:
    document = parse(schema.as_str())
    fields = {
        one.name.value: {field.name.value for field in one.fields or ()}
        for one in document.definitions
        if isinstance(one, ObjectTypeDefinitionNode)
    }
    assert {name.split(" ")[0] for name in QUERIES} == fields["Query"]
    assert set(MUTATIONS) == fields["Mutation"]


@pytest.mark.parametrize("scopes", ["R", "O", "M", ""])
@pytest.mark.parametrize("name", QUERIES)
async def test_only_a_listed_scope_opens_a_query(world: Graph, name: str, scopes: str) -> None:
    field, allowed = QUERIES[name]
    answer = await world.ask(f"{{ found: {field} }}", caller=world.shop.caller(scopes, "anna"))
    if (scopes or "-") in allowed:
        assert answer.errors == []
        assert answer.data["found"]
    else:
        assert answer.codes == ["FORBIDDEN"]
        assert (answer.data or {}).get("found") is None


@pytest.mark.parametrize("name", QUERIES)
async def test_the_own_view_needs_a_customer(world: Graph, name: str) -> None:
    field, allowed = QUERIES[name]
    answer = await world.ask(f"{{ found: {field} }}", caller=world.shop.caller("O"))
    assert answer.codes == ([] if "-" in allowed else ["FORBIDDEN"])


@pytest.mark.parametrize("name", QUERIES)
async def test_who_has_every_scope_may_ask_everything(world: Graph, name: str) -> None:
    field, _ = QUERIES[name]
    answer = await world.ask(f"{{ found: {field} }}", caller=world.shop.caller("ROM", "anna"))
    assert answer.errors == []


async def test_the_refusal_names_the_scopes_that_would_do(world: Graph) -> None:
    answer = await world.ask("{ segments { totalCount } }", caller=world.shop.caller("M"))
    assert answer.errors[0]["message"] == (
        "The access to the requested resource has been forbidden by the server."
    )
    assert answer.errors[0]["extensions"] == {
        "code": "FORBIDDEN",
        "requiredScopes": ["customersegment.segment_read", "customersegment.segment_read_own"],
    }


@pytest.mark.parametrize("field", [field for field, _ in QUERIES.values()])
async def test_an_anonymous_caller_is_asked_for_a_token(graph: Graph, field: str) -> None:
    answer = await graph.ask(f"{{ found: {field} }}", caller=ANONYMOUS)
    assert answer.codes == ["UNAUTHENTICATED"]
    assert answer.errors[0]["message"] == "A bearer token is needed."


async def test_an_anonymous_caller_may_ask_for_the_schema(graph: Graph) -> None:
    data = await graph("{ __typename __schema { queryType { name } } }", caller=ANONYMOUS)
    assert data == {"__typename": "Query", "__schema": {"queryType": {"name": "Query"}}}


@pytest.mark.parametrize("name", MUTATIONS)
async def test_a_refused_mutation_changes_nothing(world_to_change: Graph, name: str) -> None:
    document = await mutation(world_to_change, name)
    before = await everything(world_to_change)
    neighbour = Caller(f"{world_to_change.shop.tenant}z", frozenset({Scope.READ, Scope.MANAGE}))
    refusals = {
        ANONYMOUS: "UNAUTHENTICATED",
        world_to_change.shop.caller(""): "FORBIDDEN",
        world_to_change.shop.caller("O"): "FORBIDDEN",
        world_to_change.shop.caller("RO", "anna", "acme"): "FORBIDDEN",
    }
    for caller, code in refusals.items():
        answer = await world_to_change.ask(document, caller=caller)
        assert (answer.codes, answer.data) == ([code], None)
    await world_to_change.ask(document, caller=neighbour)
    assert await everything(world_to_change) == before


@pytest.mark.parametrize("name", MUTATIONS)
async def test_segment_manage_opens_every_mutation(world_to_change: Graph, name: str) -> None:
    document = await mutation(world_to_change, name)
    before = await everything(world_to_change)
    scopes = "RM" if name in NEED_READ else "M"
    data = await world_to_change(document, caller=world_to_change.shop.caller(scopes))
    assert data == {name: {"userErrors": []}}
    assert await everything(world_to_change) != before


@pytest.mark.parametrize("name", NEED_READ)
async def test_who_lets_others_receive_changes_may_read_them(world_to_change: Graph, name: str) -> None:
    document = await mutation(world_to_change, name)
    before = await everything(world_to_change)
    answer = await world_to_change.ask(document, caller=world_to_change.shop.caller("OM", "anna"))
    assert answer.codes == ["FORBIDDEN"]
    assert answer.errors[0]["extensions"]["requiredScopes"] == ["customersegment.segment_read"]
    assert await everything(world_to_change) == before


async def test_a_caller_who_may_not_write_does_not_learn_what_is_wrong_with_the_input(graph: Graph) -> None:
    query = 'mutation { segmentsDelete(ids: ["bulk", ""]) { userErrors { code } } }'
    assert (await graph.ask(query, caller=graph.shop.caller("R"))).codes == ["FORBIDDEN"]


@pytest.mark.parametrize(
    ("scopes", "customer_id", "expected"),
    [
        ("RM", None, {"readAccess": "ALL", "canManage": True, "customer": None, "legalEntity": None}),
        ("O", None, {"readAccess": "NONE", "canManage": False, "customer": None, "legalEntity": None}),
        (
            "O",
            "carla",
            {
                "readAccess": "OWN",
                "canManage": False,
                "customer": {"firstName": "Carla", "segments": {"totalCount": 2}},
                "legalEntity": {"id": "acme", "name": "Acme Ltd"},
            },
        ),
    ],
)
async def test_the_viewer_is_who_the_token_says(
    world: Graph, scopes: str, customer_id: str | None, expected: dict[str, Any]
) -> None:
    query = """{ viewer {
        tenant subject scopes readAccess canManage
        customer { firstName segments { totalCount } } legalEntity { id name }
    } }"""
    caller = world.shop.caller(scopes, customer_id, customer_id and "acme")
    data = await world(query, caller=caller)
    assert data["viewer"] == {
        "tenant": world.shop.tenant,
        "subject": None,
        "scopes": sorted(caller.scopes),
        **expected,
    }
