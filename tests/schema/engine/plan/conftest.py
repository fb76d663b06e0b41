"""Shops to ask, and plans of the schema."""

from collections.abc import Sequence
from random import Random
from uuid import uuid4

import pytest

from models.connection.database import Database
from resolvers.policy import Policy
from schema.engine.document import Documents
from schema.federation.root import federated_schema as schema
from tests.factories.shop import Shop
from tests.schema.engine.plan.both_ways import UNBOUNDED, PlansByText
from tests.schema.engine.plan.generated.shops import fill_at_random

POLICIES = (Policy(), Policy(enforce_validity=True), Policy(default_language="de"))


@pytest.fixture
def plans() -> PlansByText:
    return PlansByText(Documents(schema, UNBOUNDED))


@pytest.fixture(scope="session")
async def random_shops(database: Database) -> Sequence[Shop]:
    """Shops that no test writes to, one of each policy."""
    shops = [Shop(database, f"t{uuid4().hex[:12]}", policy) for policy in POLICIES]
    for number, shop in enumerate(shops):
        await fill_at_random(shop, Random(number))  # noqa: S311  (no secret)
    return shops
