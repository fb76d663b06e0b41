"""What a mutation shows of what it has written, to callers who may not read it."""

from typing import Any

import pytest

from tests.factories.documents import customer, product
from tests.factories.world import COMPANIES
from tests.schema.client import Answer, Graph

METADATA = "id nodeId metadata { version createdAt modifiedAt }"
CONTENT = (
    "name",
    "description",
    "nameTranslations { text }",
    "descriptionTranslations { text }",
    "status",
    "isActive",
    "validity { from }",
    "siteCode",
    "mixins",
    "metadata { mixins }",
)
NEW = 'name: [{language: "en", text: "x"}], siteCode: "m"'
PATCH = 'segmentPatch(id: "gold", operations: [])'
RESULTS = "results { segment { FIELDS } }"
SEGMENT_WRITES = {
    "segmentCreate": f'segmentCreate(input: {{id: "new", {NEW}}}) {{ segment {{ FIELDS }} }}',
    "segmentUpsert": f'segmentUpsert(id: "gold", input: {{{NEW}}}) {{ segment {{ FIELDS }} }}',
    "segmentPatch": f"{PATCH} {{ segment {{ FIELDS }} }}",
    "segmentsCreate": f'segmentsCreate(inputs: [{{id: "new", {NEW}}}]) {{ {RESULTS} }}',
    "segmentsUpsert": f'segmentsUpsert(inputs: [{{id: "gold", {NEW}}}]) {{ {RESULTS} }}',
}
REFERENCES = {
    "customers": ('{id: "zoe", email: "z@example.com"}', "email"),
    "legalEntities": ('{id: "zoe", name: "Zoe Ltd"}', "name"),
    "groups": ('{id: "zoe", userType: CUSTOMER}', "userType"),
    "products": ['{id: "zoe", code: "Z"}', "code"],
    "categories": ['{id: "zoe", code: "Z"}', "code"],
}
PEOPLE = "customer { id firstName lastName email mixins legalEntities { id name mixins } }"
each_outsider = pytest.mark.parametrize(
    ("scopes", "who"), [("M", None), ("M", "anna"), ("OM", "dora"), ("OM", None)]
)
"""Callers who may not read the segment `gold`: dora is in silver and bronze alone."""


def written(data: Any) -> Any:
    """The object that the one element of the mutation has written."""
    [payload] = data.values()
    [shown] = (payload["results"][0] if "results" in payload else payload).values()
    return shown


async def assigned(graph: Graph, fields: str, scopes: str, who: str | None) -> Answer:
    """The answer to an assignment of carla to gold, on behalf of globex."""
    return await graph.ask(
        'mutation { segmentCustomersAssign(segmentId: "gold", customers: [{customerId: "carla", '
        f'legalEntityId: "globex"}}]) {{ results {{ customerAssignment {{ {fields} }} }} }} }}',
        caller=graph.shop.caller(scopes, who),
    )


@each_outsider
@pytest.mark.parametrize("name", SEGMENT_WRITES)
async def test_who_may_not_read_a_segment_gets_ids_version_and_times(
    world_to_change: Graph, name: str, scopes: str, who: str | None
) -> None:
    caller = world_to_change.shop.caller(scopes, who)
    query = f"mutation {{ {SEGMENT_WRITES[name].replace('FIELDS', METADATA)} }}"
    segment = written(await world_to_change(query, caller=caller))
    assert segment["id"] in {"gold", "new"}
    assert set(segment["metadata"]) == {"version", "createdAt", "modifiedAt"}


@each_outsider
@pytest.mark.parametrize("name", SEGMENT_WRITES)
async def test_who_may_not_read_a_segment_does_not_get_its_content(
    world_to_change: Graph, name: str, scopes: str, who: str | None
) -> None:
    """Each field by itself: one that is not nullable takes the segment with it."""
    caller = world_to_change.shop.caller(scopes, who)
    for number, content in enumerate(CONTENT):
        write = SEGMENT_WRITES[name].replace("FIELDS", content).replace('"new"', f'"new{number}"')
        answer = await world_to_change.ask(f"mutation {{ {write} }}", caller=caller)
        assert answer.codes == ["FORBIDDEN"], content
        assert not any((written(answer.data) or {}).values())


@pytest.mark.parametrize(("scopes", "who"), [("RM", None), ("ROM", "dora"), ("OM", "anna"), ("OM", "bob")])
async def test_who_may_read_the_segment_sees_all_of_it(
    world_to_change: Graph, scopes: str, who: str | None
) -> None:
    content = "name siteCode status mixins metadata { mixins }"
    caller = world_to_change.shop.caller(scopes, who)
    data = await world_to_change(f"mutation {{ {PATCH} {{ segment {{ {content} }} }} }}", caller=caller)
    assert written(data) == {
        "name": "Gold",
        "siteCode": "main",
        "status": "ACTIVE",
        "mixins": {"loyalty": {"tier": "GOLD", "points": 100}},
        "metadata": {"mixins": {"loyalty": "https://example.com/loyalty.json"}},
    }


@each_outsider
async def test_the_links_of_a_written_assignment_show_ids_alone(
    world_to_change: Graph, scopes: str, who: str | None
) -> None:
    """But for globex, for which dora has acted: its name she reads by herself."""
    fields = f"segment {{ id }} {PEOPLE} legalEntity {{ id name mixins }} metadata {{ version }}"
    answer = await assigned(world_to_change, fields, scopes, who)
    assert answer.errors == []
    assert written(answer.data) == {
        "segment": {"id": "gold"},
        "customer": {
            "id": "carla",
            "firstName": None,
            "lastName": None,
            "email": None,
            "mixins": {},
            "legalEntities": [],
        },
        "legalEntity": {
            "id": "globex",
            "name": "Globex Ltd" if who == "dora" else None,
            "mixins": {"company": {"country": "FR"}} if who == "dora" else {},
        },
        "metadata": {"version": 1},
    }


@pytest.mark.parametrize("content", ["mixins", "assignmentType", "segment { name }", "segment { mixins }"])
@each_outsider
async def test_the_content_of_a_written_assignment_is_forbidden(
    world_to_change: Graph, content: str, scopes: str, who: str | None
) -> None:
    assert (await assigned(world_to_change, content, scopes, who)).codes == ["FORBIDDEN"]


async def test_another_customer_has_no_segments_in_the_own_view(world_to_change: Graph) -> None:
    fields = "customer { id segments { totalCount nodes { id } } }"
    answer = await assigned(world_to_change, fields, "OM", "bob")
    assert answer.errors == []
    assert written(answer.data)["customer"] == {"id": "carla", "segments": {"totalCount": 0, "nodes": []}}
    assert (await assigned(world_to_change, fields, "M", "bob")).codes == ["FORBIDDEN"]


async def test_who_reads_everything_sees_the_links(world_to_change: Graph) -> None:
    fields = f"segment {{ name }} {PEOPLE} legalEntity {{ name }} assignmentType"
    answer = await assigned(world_to_change, fields, "RM", None)
    assert written(answer.data) == {
        "segment": {"name": "Gold"},
        "customer": {
            "id": "carla",
            "firstName": "Carla",
            "lastName": None,
            "email": "carla@example.com",
            "mixins": {"shop": {"turnover": 2000, "lastOrder": "2026-05-01"}},
            "legalEntities": [
                {"id": one, "name": f"{one.capitalize()} Ltd", "mixins": COMPANIES[one]}
                for one in ("acme", "globex", "initech")
            ],
        },
        "legalEntity": {"name": "Globex Ltd"},
        "assignmentType": "MANUAL",
    }


@pytest.mark.parametrize(("segment", "code"), [("empty", None), ("gold", "BOLT")])
async def test_an_item_is_shown_as_far_as_the_own_view_leads_to_it(
    world_to_change: Graph, segment: str, code: str | None
) -> None:
    """Who puts a product into a segment of their own sees it from then on."""
    await world_to_change.shop.known_products(product("bolt"))
    data = await world_to_change(
        f'mutation {{ segmentItemsAssign(segmentId: "{segment}", type: PRODUCT, '
        'items: [{itemId: "bolt"}]) { results { itemAssignment { item { id code name } } } } }',
        caller=world_to_change.shop.caller("OM", "anna"),
    )
    assert written(data)["item"] == {"id": "bolt", "code": code, "name": code and "Bolt"}


@each_outsider
@pytest.mark.parametrize("noun", REFERENCES)
async def test_a_record_is_not_echoed(
    world_to_change: Graph, noun: str, scopes: str, who: str | None
) -> None:
    record, member = REFERENCES[noun]
    answer = await world_to_change.ask(
        f"mutation {{ {noun}Upsert({noun}: [{record}]) {{ results {{ node {{ id {member} }} }} }} }}",
        caller=world_to_change.shop.caller(scopes, who),
    )
    assert answer.codes == ["FORBIDDEN"]
    assert written(answer.data) == {"id": "zoe", member: None}


@each_outsider
@pytest.mark.parametrize("noun", ["customers", "legalEntities"])
async def test_the_mixins_of_a_record_are_not_echoed(
    world_to_change: Graph, noun: str, scopes: str, who: str | None
) -> None:
    answer = await world_to_change.ask(
        f'mutation {{ {noun}Upsert({noun}: [{{id: "zoe", mixins: {{shop: {{n: 1}}}}}}]) '
        "{ results { node { id mixins } } } }",
        caller=world_to_change.shop.caller(scopes, who),
    )
    assert answer.codes == ["FORBIDDEN"]
    assert written(answer.data) is None


async def test_several_records_of_one_id_each_show_what_was_written(world_to_change: Graph) -> None:
    data = await world_to_change(
        'mutation { productsUpsert(products: [{id: "p", code: "1"}, {id: "p", code: "2"}]) '
        "{ results { node { code } } } }"
    )
    assert data["productsUpsert"]["results"] == [{"node": {"code": "1"}}, {"node": {"code": "2"}}]


async def test_the_viewer_shows_by_id_a_legal_entity_that_is_not_theirs(world_to_change: Graph) -> None:
    await world_to_change.shop.known_customers(customer("zoe"))
    query = "{ viewer { customer { email } legalEntity { id name } } }"
    zoe = await world_to_change(query, caller=world_to_change.shop.caller("O", "zoe", "acme"))
    assert zoe["viewer"] == {
        "customer": {"email": "zoe@example.com"},
        "legalEntity": {"id": "acme", "name": None},
    }
    nobody = await world_to_change(query, caller=world_to_change.shop.caller("O", None, "acme"))
    assert nobody["viewer"] == {"customer": None, "legalEntity": {"id": "acme", "name": None}}


@pytest.mark.parametrize(
    "q", ["customer.email:carla@example.com", "customer.firstName:Carla", 'legalEntity.name:"Globex Ltd"']
)
async def test_a_filter_on_a_link_finds_nothing_outside_the_own_view(world_to_change: Graph, q: str) -> None:
    await world_to_change.shop.customers(("gold", "carla", "globex"))
    query = 'query ($q: String) { segment(id: "gold") { customerAssignments(q: $q) { totalCount } } }'
    everything = await world_to_change(query, {"q": q})
    assert everything["segment"]["customerAssignments"]["totalCount"] > 0
    own = await world_to_change(query, {"q": q}, caller=world_to_change.shop.caller("OM", "anna"))
    assert own["segment"]["customerAssignments"] == {"totalCount": 0}
