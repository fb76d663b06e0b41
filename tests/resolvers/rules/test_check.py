"""What a check of all members finds, some customers at a time."""

import pytest
from sqlalchemy import delete, insert

from models.connection.database import Database
from models.tables.customer_assignment import customer_assignment
from resolvers.access import Reader, Writer
from resolvers.reference.write import CUSTOMERS, remove_reference, write_references
from resolvers.rules import check
from resolvers.rules.changing.pause import pause_rule
from resolvers.rules.changing.set import set_rule
from resolvers.rules.check import Differences, differences
from resolvers.rules.definition.document import rule_content
from resolvers.rules.read import all_rules
from tests.factories.documents import segment
from tests.factories.shop import Shop, succeeded
from tests.resolvers.rules.world import keep_others_away

RULES = {
    "big": {"q": "mixins.shop.turnover:>=3"},
    "pairs": {"q": "mixins.shop.turnover:>=5", "subject": "CUSTOMER_OF_LEGAL_ENTITY"},
    "paused": {"q": "mixins.shop.turnover:>=0"},
}


@pytest.fixture
async def shop(database: Database, tenant: str, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Seven customers, of whom two are looked at in one go."""
    monkeypatch.setattr(check, "CHUNK", 2)
    made = Shop(database, tenant)
    await made.write(keep_others_away)
    await made.segments(*map(segment, RULES))
    people = [
        {"id": f"c{number}", "mixins": {"shop": {"turnover": number}}, "legalEntityIds": ["l"]}
        for number in range(7)
    ]
    await made.known_customers(*people)
    for one, rule in RULES.items():
        await made.write(lambda writer: set_rule(writer, one, rule_content(rule)))  # noqa: B023
    await made.write(lambda writer: pause_rule(writer, "paused"))
    return made


async def found(shop: Shop) -> dict[str, Differences]:
    async def read(reader: Reader) -> dict[str, Differences]:
        return dict(await differences(reader, await all_rules(reader)))

    return await shop.read(read)


async def spoil(shop: Shop) -> None:
    """Take a member out and put others in, behind the back of all rules."""
    rows = customer_assignment.c

    async def work(writer: Writer) -> None:
        is_taken_out = rows.tenant == writer.tenant, rows.customer_id.in_(["c3", "c6"])
        await writer.transaction.write(delete(customer_assignment).where(*is_taken_out))
        new = {"assignment_type": "AUTOMATIC", "mixins": {}, "mixin_schemas": {}, "version": 1}
        times = {"created_at": writer.now, "modified_at": writer.now}
        keys = [("big", "c1", ""), ("big", "unknown", ""), ("pairs", "c5", "m"), ("paused", "x", "")]
        added = [
            {"tenant": writer.tenant, "segment_id": one, "customer_id": two, "legal_entity_id": three}
            for one, two, three in keys
        ]
        await writer.transaction.write(
            insert(customer_assignment), [{**one, **new, **times} for one in added]
        )

    await shop.write(work)


async def test_differences_of_all_kinds_are_found(shop: Shop) -> None:
    assert await found(shop) == {}
    await spoil(shop)
    assert await found(shop) == {
        "big": Differences([("c3", ""), ("c6", "")], [("c1", ""), ("unknown", "")]),
        "pairs": Differences([("c6", "l")], [("c5", "m")]),
    }
    removal = remove_reference(CUSTOMERS, "c6")
    succeeded(await shop.write(lambda writer: write_references(writer, CUSTOMERS, [removal])))
    assert (await found(shop))["pairs"] == Differences([], [("c5", "m")])
