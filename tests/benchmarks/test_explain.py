"""Explanations agree with the answers and with the oracle, here for a few questions of the million."""

from random import Random

from benchmarks.explain.agreement import Agreement, agreement
from benchmarks.explain.shop import random_shop, store
from models.connection.database import Database
from tests.factories.examples import examples


async def test_explanations_agree_with_answers_and_with_an_oracle(database: Database, tenant: str) -> None:
    random = Random(tenant)
    shop = random_shop(random)
    await store(shop, database, tenant)
    found = await agreement(shop, database, tenant, examples(5_000), random)
    assert found.differences == []
    assert found.yes > found.asked // 20


def test_a_difference_of_any_of_the_three_is_found() -> None:
    found = Agreement()
    found.add("agreed", explained=True, answered=True, expected=True)
    found.add("wrong reason", explained=False, answered=True, expected=True)
    found.add("wrong answer", explained=True, answered=False, expected=True)
    found.add("wrong oracle", explained=True, answered=True, expected=False)
    assert (found.asked, found.yes) == (4, 3)
    assert [text.partition(":")[0] for text in found.differences] == [
        "wrong reason",
        "wrong answer",
        "wrong oracle",
    ]
