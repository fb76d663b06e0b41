from models.tables.reference import customer, product
from resolvers.reference.read import (
    legal_entities_of_customers,
    references_by_id,
    visible_references_by_id,
)
from tests.factories import documents
from tests.factories.shop import Shop


async def test_links_show_reference_data_to_whoever_reads(shop: Shop) -> None:
    await shop.known_products(documents.product("drill"))
    for scopes, ids in (("R", ["drill"]), ("O", ["drill"]), ("M", [])):
        rows = await shop.read(
            lambda reader: references_by_id(reader, product, ["drill", "none"], columns=["code"]),
            shop.caller(scopes, "anna"),
        )
        assert list(rows) == ids


async def test_by_id_the_own_view_shows_its_own(shop: Shop) -> None:
    await shop.known_customers(documents.customer("anna"), documents.customer("ben"))
    rows = await shop.read(
        lambda reader: visible_references_by_id(reader, customer, ["anna", "ben"], columns=["id"]),
        shop.caller("O", "anna"),
    )
    assert list(rows) == ["anna"]


async def test_legal_entities_of_customers(shop: Shop) -> None:
    await shop.known_legal_entities(documents.legal_entity("acme"))
    await shop.known_customers(
        documents.customer("anna", legalEntityIds=["globex", "acme"]), documents.customer("ben")
    )
    entities = await shop.read(
        lambda reader: legal_entities_of_customers(reader, ["anna", "ben"], columns=["id", "name"])
    )
    names = [(row["id"], row["name"]) for row in entities["anna"]]
    assert names == [("acme", "Acme Ltd"), ("globex", None)]
    assert entities["ben"] == []
