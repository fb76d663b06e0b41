"""Reads that only the gateway has: by composite key, category trees, match."""

import base64
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import orjson

from benchmarks.dataset.size import TENANT
from benchmarks.workload.call import Call, Identity
from benchmarks.workload.parameters import customer_ids, segment_ids
from benchmarks.workload.sampled_rows import (
    customer_assignment_keys,
    item_assignment_keys,
    segments_of_customers,
)

SEGMENTS: Final = f"/customer-segment/{TENANT}/segments"
JSON: Final[Mapping[str, str]] = {"content-type": "application/json"}
MATCHED_PRODUCTS: Final = 10

NODE: Final = """
query Q5($id: ID!) {
  node(nodeId: $id) {
    ... on CustomerAssignment { assignmentType mixins metadata { version modifiedAt } }
  }
}"""
TREES: Final = """
query Q6 { categoryTrees { id code isSegmentAssigned subcategories { id code isSegmentAssigned } } }"""
REPRESENTED: Final = 50
ENTITIES: Final = """
query Q7($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on Segment {
      id name(language: "de") description(language: "de") status siteCode
      validity { from to } mixins metadata { version modifiedAt }
    }
  }
}"""


def _customer_assignments(identity: Identity) -> Iterator[Call]:
    for segment, customer, legal_entity in customer_assignment_keys():
        path = f"{SEGMENTS}/{segment}/customers/{customer}"
        if legal_entity:
            path += f"/{legal_entity}"
        yield Call("GET", path, identity(None))


def _item_assignments(identity: Identity) -> Iterator[Call]:
    for segment, type_, item in item_assignment_keys():
        yield Call("GET", f"{SEGMENTS}/{segment}/items/{type_}/{item}", identity(None))


def _own_item_assignments(identity: Identity) -> Iterator[Call]:
    for one in segments_of_customers():
        type_, item = one.items[0]
        yield Call("GET", f"{SEGMENTS}/{one.segment}/items/{type_}/{item}", identity(one.customer))


def _own_trees(identity: Identity) -> Iterator[Call]:
    for customer in customer_ids():
        yield Call("GET", f"{SEGMENTS}/items/category-trees", identity(customer))


def _match(identity: Identity) -> Iterator[Call]:
    for one in segments_of_customers():
        products = [item for type_, item in one.items if type_ == "PRODUCT"][:MATCHED_PRODUCTS]
        body = {
            "siteCode": one.site,
            "items": [{"id": item} for item in products],
            "segmentIds": [one.segment],
        }
        yield Call("POST", f"{SEGMENTS}/match", {**JSON, **identity(None)}, orjson.dumps(body))


def _nodes(identity: Identity) -> Iterator[Call]:
    for key in customer_assignment_keys():
        packed = orjson.dumps(["CustomerAssignment", *key])
        node_id = base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
        yield _graphql(NODE, {"id": node_id}, identity(None))


def _trees(identity: Identity) -> Iterator[Call]:
    for customer in customer_ids():
        yield _graphql(TREES, {}, identity(customer))


def _entities(identity: Identity) -> Iterator[Call]:
    segments = segment_ids()
    for number in range(len(segments)):
        ids = (segments * 2)[number : number + REPRESENTED]
        representations = [{"__typename": "Segment", "id": segment_id} for segment_id in ids]
        yield _graphql(ENTITIES, {"representations": representations}, identity(None))


def _graphql(document: str, variables: Mapping[str, Any], identity: Mapping[str, str]) -> Call:
    body = {"query": document.strip(), "variables": variables}
    return Call("POST", "/graphql", {**JSON, **identity}, orjson.dumps(body))


READS: Final[Mapping[str, Callable[[Identity], Iterator[Call]]]] = {
    "Q5": _nodes,
    "Q6": _trees,
    "Q7": _entities,
    "R3": _customer_assignments,
    "R4": _item_assignments,
    "R5": _own_item_assignments,
    "R6": _own_trees,
    "R7": _match,
}
"""What each read sends, by its name."""
