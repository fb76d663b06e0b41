from resolvers.rules.judging.linked import customers_of_legal_entities
from tests.factories.documents import customer
from tests.factories.shop import Shop


async def test_customers_of_several_legal_entities_come_once(shop: Shop) -> None:
    await shop.known_customers(
        customer("anna", legalEntityIds=["acme", "globex"]),
        customer("ben", legalEntityIds=["acme"]),
        customer("carl", legalEntityIds=["other"]),
    )
    async with shop.database.read() as snapshot:
        linked = await customers_of_legal_entities(snapshot, shop.tenant, ["acme", "globex"])
        assert linked == {"anna", "ben"}
        assert snapshot.statements == 1
