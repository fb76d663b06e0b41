"""No statement walks a whole tenant, or a big segment, for the few rows that it answers with."""

import pytest

from tests.big_tenant.conftest import BigTenant
from tests.factories.big_shop import CUSTOMERS, SEGMENTS_OF_ANNA

OWN_SEGMENTS = 15 * (SEGMENTS_OF_ANNA + 3)
"""What it may cost to find the segments of anna."""
FEW = 200
"""What a statement may cost that answers with no more than a page of rows of few segments. SQLite takes 40
steps to write the text of a row."""

OWN_READS = [
    '{ product(id: "p10002") { id } }',
    '{ product(id: "p10001") { id } }',
    '{ product(id: "unknown") { id } }',
    '{ category(id: "c15000") { id } }',
    '{ category(id: "c11400") { id } }',
    '{ category(id: "unknown") { id } }',
    '{ customer(id: "u10005") { id } }',
    '{ segment(id: "big") { id } }',
    '{ segment(id: "s1900") { id } }',
    "{ segments { nodes { id } } }",
    "{ segments { totalCount } }",
    '{ segments(legalEntityId: "acme") { nodes { id } } }',
    "{ itemAssignments { nodes { nodeId } } }",
    '{ segment(id: "crowd") { customerAssignments { totalCount nodes { nodeId } } } }',
    '{ segment(id: "big") { itemAssignments(first: 2, type: PRODUCT) { totalCount nodes { nodeId } } } }',
    "{ segments { nodes { customerAssignments(first: 2) { totalCount nodes { nodeId } } } } }",
    "{ segments { nodes { itemAssignments(first: 2) { nodes { nodeId } } } } }",
    "{ viewer { customer { segments(first: 1) { totalCount nodes { id } } } } }",
    '{ viewer { customer { segments(legalEntityId: "acme") { totalCount nodes { id } } } } }',
    "{ viewer { customer { legalEntities { id } } } }",
    "{ customers { totalCount nodes { id } } }",
    '{ customers(q: "legalEntity.id:acme") { totalCount nodes { id } } }',
    '{ customers(where: {legalEntity: {name: {eq: "Acme"}}}) { totalCount nodes { id } } }',
    '{ node(nodeId: "WyJMZWdhbEVudGl0eSIsImFjbWUiXQ") { nodeId } }',
]
OF_SMALL_SEGMENTS = [
    '{ category(id: "c10000") { id } }',
    "{ categoryTrees { id } }",
    '{ categoryTrees(siteCode: "main") { id } }',
    "{ itemAssignments { totalCount } }",
]


@pytest.mark.parametrize("query", OWN_READS)
async def test_the_own_view_of_a_customer_of_many_segments(big_tenant: BigTenant, query: str) -> None:
    for work in await big_tenant.work_of(big_tenant.graphql(query, "O", "anna")):
        assert work <= OWN_SEGMENTS


@pytest.mark.parametrize("customer", ["carl", "u10005", "nobody"])
@pytest.mark.parametrize("query", [*OWN_READS, *OF_SMALL_SEGMENTS])
async def test_the_own_view_of_a_customer_of_few_segments(
    big_tenant: BigTenant, query: str, customer: str
) -> None:
    if "categoryTrees" in query and await has_bloom_filter(big_tenant):
        pytest.skip("with statistics SQLite builds a filter of all categories")
    for work in await big_tenant.work_of(big_tenant.graphql(query, "O", customer)):
        assert work <= FEW


async def has_bloom_filter(big_tenant: BigTenant) -> bool:
    """Whether SQLite has statistics."""
    database = big_tenant.shop.database
    if not database.is_sqlite:
        return False
    async with database.engine.connect() as connection:
        tables = await connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")
        return tables.first() is not None


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/big",
        "/big/items?pageSize=10",
        "/big/items/CATEGORY/c15000",
        "/items?pageSize=10",
        "/crowd/customers",
        "?legalEntityId=acme",
    ],
)
@pytest.mark.parametrize("customer", ["anna", "carl", "u10005"])
async def test_the_own_view_over_rest(big_tenant: BigTenant, path: str, customer: str) -> None:
    for work in await big_tenant.work_of(big_tenant.rest("GET", path, "O", customer)):
        assert work <= (OWN_SEGMENTS if customer == "anna" else FEW)


@pytest.mark.parametrize(
    "query",
    [
        '{ segments(customerId: "u10005") { totalCount nodes { id } } }',
        '{ segments(customerId: "u10005", legalEntityId: "acme") { totalCount nodes { id } } }',
        '{ categoryTrees(customerId: "u10005") { id } }',
        '{ customer(id: "u10005") { legalEntities { id } segments { totalCount nodes { id } } } }',
        '{ segment(id: "big") { itemAssignments(q: "itemId:c15000") { nodes { item { id } } } } }',
        '{ segment(id: "big") { itemAssignments(where: {itemId: {eq: "c15000"}}) { totalCount } } }',
        '{ segment(id: "products") { itemAssignments(q: "itemId:(p10002,p10004)") { totalCount } } }',
        '{ segment(id: "crowd") { customerAssignments(q: "customer.id:u10005") { totalCount } } }',
        '{ segment(id: "crowd") { customerAssignments(first: 3) { nodes { customer { lastName } } } } }',
        "{ itemAssignments { nodes { item { id name } segment { id } } } }",
        "{ customers { nodes { id legalEntities { id } } } }",
        '{ customers(q: "id:(u10005,u12000)") { totalCount nodes { id mixins } } }',
        '{ customers(where: {legalEntity: {id: {eq: "le1007"}}}) { totalCount nodes { id } } }',
        '{ customers(where: {email: {eq: "u77@example.com"}}) { totalCount nodes { id } } }',
        '{ customers(where: {lastName: {eq: "Name 77"}}) { totalCount nodes { id } } }',
        "{ customers(orderBy: [{field: LAST_NAME}]) { nodes { id } } }",
        "{ customers(orderBy: [{field: LAST_NAME, direction: DESC}]) { nodes { id } } }",
        "{ customers(last: 20, orderBy: [{field: EMAIL}]) { nodes { id } } }",
        '{ explainVisibility(customerId: "u10005", type: PRODUCT, itemId: "p10002") { holds } }',
        '{ explainVisibility(customerId: "u10005", type: CATEGORY, itemId: "c15000") { holds } }',
        '{ explainVisibility(customerId: "u10005", type: CATEGORY, itemId: "unknown") { holds } }',
        '{ explainMembership(segmentId: "crowd", customerId: "u10005") { holds } }',
    ],
)
async def test_whoever_reads_the_whole_tenant(big_tenant: BigTenant, query: str) -> None:
    for work in await big_tenant.work_of(big_tenant.graphql(query, "R")):
        assert work <= FEW


async def test_a_page_far_behind_in_the_order_of_names(big_tenant: BigTenant) -> None:
    query = """query ($last: Int, $after: String) {
        customers(orderBy: [{field: LAST_NAME}], last: $last, after: $after) { edges { cursor } }
    }"""
    page = await big_tenant.graphql(query, "R", last=5)
    cursor = page["customers"]["edges"][0]["cursor"]
    rest = await big_tenant.graphql(query, "R", after=cursor)
    assert rest["customers"]["edges"] == page["customers"]["edges"][1:]
    for work in await big_tenant.work_of(big_tenant.graphql(query, "R", after=cursor)):
        assert work <= FEW


async def test_customers_of_a_big_company_cost_no_more_than_its_links(big_tenant: BigTenant) -> None:
    query = '{ customers(q: "legalEntity.id:le1007 legalEntity.id:acme") { totalCount nodes { id } } }'
    for work in await big_tenant.work_of(big_tenant.graphql(query, "R")):
        assert work <= CUSTOMERS


@pytest.mark.parametrize(
    "query",
    [
        '{ itemAssignments(q: "item.id:p10002") { totalCount nodes { segment { id } } } }',
        '{ customers(q: "email:(u77@example.com,u12000@example.com,x)") { totalCount nodes { id } } }',
    ],
)
async def test_rows_are_found_by_one_of_several_values(big_tenant: BigTenant, query: str) -> None:
    if big_tenant.shop.database.is_sqlite and not await has_bloom_filter(big_tenant):
        pytest.skip("without statistics SQLite prefers the order of the list")
    for work in await big_tenant.work_of(big_tenant.graphql(query, "R")):
        assert work <= FEW
