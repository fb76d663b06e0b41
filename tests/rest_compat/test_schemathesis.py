"""Every operation with data made up from the contract: good and bad, about what exists and what does not.

Of two tenants, one has rules, by one of which CUSTOMER is assigned.

Our own document stands in for the contract where that is not there, and for operations that it does not have.
`slips.py` says what is passed over.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import BaseSchema, GenerationMode

from resolvers.policy import Policy
from rest_compat.openapi.document import openapi_document
from rest_compat.operations import OPERATIONS
from rest_compat.routing import MOUNTED_AT
from tests.factories.examples import examples
from tests.rest_compat.conformance import Conformance
from tests.rest_compat.contract import NEWER, load_contract
from tests.rest_compat.fuzzing import judge, narrowed, sent
from tests.rest_compat.rest import Rest
from tests.rest_compat.slips import corrected

pytestmark = pytest.mark.slow

CUSTOMER = "ada"
EXISTING = {
    "segmentId": "gold",
    "customerId": CUSTOMER,
    "legalEntityId": "alpine-club",
    "type": "PRODUCT",
    "itemId": "skates",
    "groupId": "club",
}
EXAMPLES = examples(20)
"""Of each operation on each database: few, because there are many operations."""


@dataclass
class Play:
    """What is played from, and how often each operation got which status."""

    sources: Sequence[tuple[BaseSchema, GenerationMode]]
    sources_of_newer: Sequence[tuple[BaseSchema, GenerationMode]]
    narrow: BaseSchema
    own: Conformance
    counts: Counter[str] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def play() -> Iterator[Play]:
    """`pytest -s` shows the counts."""
    own = orjson.loads(orjson.dumps(openapi_document()))
    contract = load_contract()
    document = own if contract is None else corrected(contract)
    whole, narrow = map(_read, (document, narrowed(document)))
    sources = [
        (whole, GenerationMode.POSITIVE),
        (whole, GenerationMode.NEGATIVE),
        (narrow, GenerationMode.POSITIVE),
    ]
    own_document = _read(own)
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    play = Play(sources, [(own_document, mode) for mode in modes], narrow, Conformance(own))
    yield play
    for line, number in sorted(play.counts.items()):
        print(f"{line} x{number}")  # noqa: T201  (a report)


def _read(document: Mapping[str, Any]) -> BaseSchema:
    """Tokens are not to be made up or left out: every request is sent with a good one."""
    read = schemathesis.openapi.from_dict(dict(document))
    read.config.generation.update(with_security_parameters=False)
    return read


@pytest.fixture
async def tenants(rest: Rest, policy: Policy) -> Sequence[Rest]:
    """One without rules, and one with them."""
    ruled = Rest(rest.client, rest.database, f"{rest.tenant}r", policy, [{"customer": {"id": CUSTOMER}}])
    for one in (rest, ruled):
        await seed(one)
    return rest, ruled


async def seed(rest: Rest) -> None:
    for one in ("gold", "silver"):
        await rest.segment(one)
    if rest.automatic:
        await set_rules(rest)
    else:
        await rest.assign(f"/gold/customers/{CUSTOMER}")
    await rest.assign(f"/gold/customers/{CUSTOMER}/alpine-club")
    await rest.assign("/gold/items/PRODUCT/skates")
    await rest.assign("/gold/items/CATEGORY/skiing")
    await rest.assign("/gold/groups/club")


async def set_rules(rest: Rest) -> None:
    """Let rules assign the customer to both segments, whatever clients have written before."""
    await rest.known(customers=[{"id": CUSTOMER, "legalEntityIds": ["alpine-club"]}])
    members = {"q": "inSegment:gold", "subject": "CUSTOMER_OF_LEGAL_ENTITY"}
    for segment_id, rule in (("gold", {"q": f"id:{CUSTOMER}"}), ("silver", members)):
        assert (await rest("PUT", f"/{segment_id}/rule", rule)).status_code in {201, 204}
    [released] = await rest.json("POST", "/gold/rule/release", [{"customerId": CUSTOMER}])
    assert released["code"] in {201, 204}
    for path in ("/gold/customers/ada", "/silver/customers/ada/alpine-club"):
        assert (await rest.json("GET", path))["assignmentType"] == "AUTOMATIC"


@pytest.mark.parametrize("label", [f"{one.method} {MOUNTED_AT}{one.path}" for one in OPERATIONS])
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_every_answer_is_one_of_the_documents(
    tenants: Sequence[Rest], play: Play, label: str, data: st.DataObject
) -> None:
    rest = data.draw(st.sampled_from(tenants))
    method, path = label.split()
    is_newer = (method.lower(), path) in NEWER
    document, mode = data.draw(st.sampled_from(play.sources_of_newer if is_newer else play.sources))
    operation = document[path][method.lower()]
    if method == "DELETE":
        await seed(rest)
    existing = EXISTING if data.draw(st.booleans()) else {}
    named = {name: value for name, value in existing.items() if f"{{{name}}}" in path}
    strategy = operation.as_strategy(mode, path_parameters={"tenant": rest.tenant, **named})
    case = data.draw(strategy)
    response = await sent(rest.client, case, rest.token("ROM", CUSTOMER))
    kind = "bad" if case.meta and case.meta.generation.mode.is_negative else "good"
    play.counts[f"{label} {kind}{' seeded' if named else ''} {response.status_code}"] += 1
    assert response.status_code < 500
    if document is not play.narrow:  # its answers are narrowed too; the client's own checks look at them
        judge(case, response, play.own)
