from tests.factories.documents import customer, segment
from tests.schema.client import Graph


async def test_a_customer_has_segments_and_legal_entities(graph: Graph) -> None:
    await graph.shop.segments(segment("gold"), segment("silver", status="INACTIVE"))
    await graph.shop.known_customers(customer("anna", legalEntityIds=["acme"], mixins={"a": {"b": 1}}))
    await graph.shop.customers(("gold", "anna"), ("silver", "anna"))
    query = """
        { customer(id: "anna") {
            firstName lastName mixins
            segments { nodes { id } }
            all: segments(onlyActive: false) { totalCount }
            legalEntities { id name }
        } }
    """
    assert await graph(query) == {
        "customer": {
            "firstName": "Anna",
            "lastName": None,
            "mixins": {"a": {"b": 1}},
            "segments": {"nodes": [{"id": "gold"}]},
            "all": {"totalCount": 2},
            "legalEntities": [{"id": "acme", "name": None}],
        }
    }
