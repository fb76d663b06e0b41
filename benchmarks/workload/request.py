"""A query of the workload as HTTP requests, one for each of its values."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

import orjson

from benchmarks.dataset.size import TENANT
from benchmarks.workload.call import Call, Identity
from benchmarks.workload.documents import Dialect, document
from benchmarks.workload.parameters import customer_ids, segment_ids, sites
from benchmarks.workload.reads import READS

GRAPHQL: Final = ("Q1", "Q2", "Q3", "Q4")
REST: Final = ("R1", "R2")
MEANINGS: Final = {
    "Q1": "one segment, 10 fields",
    "Q2": "50 filtered segments, 10 fields each",
    "Q3": "20 segments, each with 10 customers and 10 items",
    "Q4": "a customer's own segments and 60 of their items",
    "R1": "REST: one segment",
    "R2": "REST: 50 filtered segments",
    "Q5": "a customer assignment by its node id",
    "Q6": "a customer's own category trees, two levels",
    "Q7": "50 segments for a router of a federation, 10 fields each",
    "R3": "REST: one customer assignment",
    "R4": "REST: one item assignment",
    "R5": "REST: one item assignment in a customer's own view",
    "R6": "REST: a customer's own category trees",
    "R7": "REST: match of 10 products with a segment",
}


EVERY_LANGUAGE: Final[Mapping[str, str]] = {"accept-language": "*"}
"""REST clients get their texts in all languages, as the contract's SDKs ask for them."""


def trusted_headers(customer: str | None) -> Mapping[str, str]:
    """For servers that verify no token: what a proxy in front of them would have put there."""
    return {"x-tenant": TENANT, **({"x-customer": customer} if customer else {})}


def calls(query: str, dialect: Dialect, identity: Identity) -> Iterator[Call]:
    """The query with each of its values."""
    match query:
        case "R1":
            for segment in segment_ids():
                yield Call(
                    "GET",
                    f"/customer-segment/{TENANT}/segments/{segment}",
                    {**EVERY_LANGUAGE, **identity(None)},
                )
        case "R2":
            for site in sites():
                wanted = quote(f"siteCode:{site} status:ACTIVE")
                path = f"/customer-segment/{TENANT}/segments?q={wanted}&pageSize=50"
                yield Call("GET", path, {**EVERY_LANGUAGE, **identity(None)})
        case read if read in READS:
            yield from READS[read](identity)
        case _:
            for variables in _variables(query):
                customer = variables.get("customer")
                yield _graphql(query, dialect, variables, identity(customer))


def _variables(query: str) -> Iterator[dict[str, Any]]:
    match query:
        case "Q1":
            yield from ({"id": segment} for segment in segment_ids())
        case "Q4":
            yield from ({"customer": customer} for customer in customer_ids())
        case _:
            yield from ({"site": site} for site in sites())


def _graphql(query: str, dialect: Dialect, variables: dict[str, Any], identity: Mapping[str, str]) -> Call:
    if dialect == "postgraphile":
        sent = {"tenant": TENANT, **variables}
    else:  # who asks is said by the identity
        sent = {name: value for name, value in variables.items() if name != "customer"}
    body = {"query": document(dialect, query), "operationName": query, "variables": sent}
    return Call("POST", "/graphql", {"content-type": "application/json", **identity}, orjson.dumps(body))
