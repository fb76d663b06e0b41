"""Whatever is sent, the answer is one of the contract's, in the contract's shape, and never a 500."""

from typing import Any
from urllib.parse import quote

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rest_compat.operations import OPERATIONS
from tests.factories.examples import examples
from tests.rest_compat.rest import Rest
from tests.rest_compat.ruled import both_kinds

has_rules = both_kinds()
STATUSES = {200, 201, 204, 207, 400, 403, 404, 405, 409, 415}
MEMBERS = [
    "id",
    "name",
    "description",
    "validity",
    "from",
    "status",
    "siteCode",
    "site",
    "mixins",
    "metadata",
    "version",
    "customerId",
    "legalEntityId",
    "items",
    "segmentIds",
    "q",
    "op",
    "path",
    "value",
    "en",
]
texts = st.one_of(
    st.sampled_from(["gold", "main", "en", "add", "remove", "/name/en", "/mixins/a", "ACTIVE", "a\0", ""]),
    st.text(max_size=20),
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(), texts)
bodies = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(MEMBERS), texts), inner, max_size=5),
    ),
    max_leaves=15,
)
queries = st.dictionaries(
    st.sampled_from(
        ["q", "sort", "fields", "pageSize", "pageNumber", "next", "prev", "customerId", "forceDelete"]
    ),
    st.one_of(
        texts,
        st.sampled_from(["1", "3", "true", "id:gold", "name:~a", "name.en:desc", "metadata.version:>=1"]),
        st.text("abc:.()~<>=\",[]*+? \\'", max_size=15),
    ),
    max_size=3,
)
parts = st.one_of(
    st.sampled_from(["gold", "PRODUCT", "c", "bulk", "search", "%2F", "%ff", "%00"]),
    st.text(min_size=1, max_size=6).map(lambda text: quote(text, safe="")),
)


@settings(
    max_examples=examples(75), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
async def test_any_input_gets_a_clear_answer(rest: Rest, data: st.DataObject) -> None:
    await rest.segment("gold")
    operation = data.draw(st.sampled_from(OPERATIONS))
    path = operation.path.replace("{tenant}", rest.tenant)
    for name in ("segmentId", "customerId", "legalEntityId", "type", "itemId"):
        path = path.replace(f"{{{name}}}", data.draw(parts))
    body: Any = data.draw(bodies) if operation.media_types else None
    response = await rest.client.request(
        operation.method,
        f"/customer-segment{path}",
        params=data.draw(queries),
        content=orjson.dumps(body) if operation.media_types else None,
        headers={"Authorization": rest.token("ROM", "c"), "Content-Type": "application/json"},
    )
    assert response.status_code in STATUSES, response.text
    if response.status_code >= 400:
        assert response.json()["code"] == response.status_code
        assert response.json()["message"]
