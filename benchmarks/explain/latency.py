"""How long an explanation takes on the large shop: by itself, and as the response of GraphQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import quantiles
from time import perf_counter
from typing import Any, Final

import orjson

from benchmarks.dataset.rows import SITES, customer_id
from benchmarks.dataset.size import BIG, TENANT
from benchmarks.places import DatabaseKind, gateway_url
from benchmarks.workload.sampled_rows import segments_of_customers
from gateway.server.garbage import configure_collector
from models.connection.database import Database
from resolvers.caller import Caller, Scope
from resolvers.explain.visibility import explain_visibility
from resolvers.policy import Policy
from schema.engine.document import Documents
from schema.engine.execution import Execution
from schema.root import schema
from schema.vocabulary.context import Context

BAR_MS: Final = 5.0
WARM_UP: Final = 100
QUERY: Final = """query ($customer: ID!, $type: ItemType!, $item: ID!, $site: String) {
    explainVisibility(customerId: $customer, type: $type, itemId: $item, siteCode: $site) {
        holds because { holds text reasons { holds code text seen expected since until } }
    }
}"""
CALLER: Final = Caller(TENANT, frozenset({Scope.READ}))
POLICY: Final = Policy(enforce_validity=True)


@dataclass(frozen=True, slots=True)
class Latency:
    """Times of one way to ask, in milliseconds, and the reasons with what is inside them."""

    way: str
    milliseconds: Sequence[float]
    reasons: Sequence[int]

    @property
    def p99(self) -> float:
        """The time that one of a hundred questions takes longer than."""
        return quantiles(self.milliseconds, n=100)[98]

    @property
    def row(self) -> str:
        """A line of the table."""
        p50 = quantiles(self.milliseconds, n=2)[0]
        most = max(self.milliseconds)
        return (
            f"| {self.way} | {len(self.milliseconds):,} | {sum(self.reasons) / len(self.reasons):.1f} | "
            f"{max(self.reasons)} | {p50:.2f} | {self.p99:.2f} | {most:.2f} |"
        )


HEADING: Final = """\
| | questions | reasons, mean | most | p50 ms | p99 ms | longest ms |
|---|---:|---:|---:|---:|---:|---:|"""


def questions(number: int) -> list[dict[str, Any]]:
    """Random questions, half of them about items that a segment of the customer holds."""
    random = Random("explain")
    known = segments_of_customers()
    asked = []
    for count in range(number):
        if count % 2:
            one = random.choice(known)
            type_, item = random.choice(one.items)
            customer, site = one.customer, one.site
        else:
            type_ = random.choice(("PRODUCT", "PRODUCT", "CATEGORY"))
            item = (
                f"product-{random.randrange(BIG.products):07}"
                if type_ == "PRODUCT"
                else f"category-{random.randrange(BIG.categories):05}"
            )
            customer, site = customer_id(random.randrange(BIG.customers)), random.choice(list(SITES))
        asked.append({"customer": customer, "type": type_, "item": item, "site": random.choice((None, site))})
    return asked


async def latencies(kind: DatabaseKind, number: int) -> list[Latency]:
    """Each question by itself, one after another, on the data set of all benchmarks."""
    database = Database(gateway_url(kind))
    try:
        asked = questions(number + WARM_UP)
        return [
            await _measured("explainVisibility", _Resolver(database), asked),
            await _measured("with GraphQL and JSON", _Endpoint(database), asked),
        ]
    finally:
        await database.close()


class _Resolver:
    """The resolver in a snapshot of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, asked: dict[str, Any]) -> int:
        async with Context(database=self._database, policy=POLICY, caller=CALLER) as context:
            explanation = await explain_visibility(
                await context.reader(),
                asked["customer"],
                asked["type"],
                asked["item"],
                site_code=asked["site"],
            )
        return len(explanation.because)


class _Endpoint:
    """The same as a GraphQL operation, without HTTP."""

    def __init__(self, database: Database) -> None:
        self._database = database
        documents = Documents(schema)
        self._execution = Execution(schema, documents)
        self._operation = documents.read(QUERY).operations[None]

    async def __call__(self, asked: dict[str, Any]) -> int:
        async with Context(database=self._database, policy=POLICY, caller=CALLER) as context:
            result = await self._execution.run(self._operation, asked, context)
        if result.errors or result.data is None:
            raise OSError(f"an explanation failed: {result.errors}")
        orjson.dumps(result.data)
        return len(result.data["explainVisibility"]["because"])


async def _measured(way: str, ask: _Resolver | _Endpoint, asked: Sequence[dict[str, Any]]) -> Latency:
    for one in asked[:WARM_UP]:
        await ask(one)
    configure_collector()  # as the server does: what was compared before is left out
    milliseconds, reasons = [], []
    for one in asked[WARM_UP:]:
        began = perf_counter()
        reasons.append(await ask(one))
        milliseconds.append(1000 * (perf_counter() - began))
    return Latency(way, milliseconds, reasons)
