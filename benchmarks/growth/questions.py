"""What the gateway is asked at each size: the queries of the other benchmarks, and what grows in lists."""

import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import orjson

from benchmarks.dataset.rows import SITES, customer_id, rows_of, segment_id
from benchmarks.growth.shape import Shape
from benchmarks.runners.runner import SECRET
from benchmarks.workload.call import Call
from benchmarks.workload.documents import GATEWAY
from gateway.identity.tokens import issue_token
from models.tables.customer_assignment import customer_assignment

LONG_ENOUGH: Final = 86_400
DEEP: Final = 10
"""Pages of 1,000 before the deep page, at most."""
DEEP_PAGE: Final = """
query ($id: ID!, $after: String) {
  segment(id: $id) {
    customerAssignments(first: 1000, after: $after) {
      nodes { customer { id } } pageInfo { endCursor hasNextPage }
    }
  }
}"""
TOTAL: Final = """
query ($id: ID!) { segment(id: $id) { customerAssignments(first: 1) { totalCount } } }"""
FILTER: Final = """
query ($id: ID!) {
  segment(id: $id) {
    customerAssignments(first: 10, where: {mixin: {path: "pricing.level", gte: 4}}) {
      nodes { customer { id } }
    }
  }
}"""
Ask = Callable[[random.Random], Call]


class Questions:
    """Requests about the measured tenant of a shape. `largest` is its largest segment."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._keys, self.largest = _sample(shape)

    def by_name(self, deep_cursor: str | None) -> Mapping[str, Ask]:
        """Each kind of question, made with random values."""
        site = list(SITES)
        largest = {"id": self.largest}
        return {
            "Q1": lambda choice: self.graphql(GATEWAY["Q1"], {"id": self._segment(choice)}),
            "Q2": lambda choice: self.graphql(GATEWAY["Q2"], {"site": choice.choice(site)}),
            "Q3": lambda choice: self.graphql(GATEWAY["Q3"], {"site": choice.choice(site)}),
            "Q4": lambda choice: self.graphql(GATEWAY["Q4"], {}, self._customer(choice)),
            "own view": partial(self._rest, "/segments?pageSize=50", own=True),
            "by key": self._by_key,
            "deep page": lambda _: self.graphql(DEEP_PAGE, {**largest, "after": deep_cursor}),
            "totalCount": lambda _: self.graphql(TOTAL, largest),
            "filter": lambda _: self.graphql(FILTER, largest),
            "q on mixins": partial(
                self._rest, f"/segments/{self.largest}/customers?q=mixins.pricing.level:4"
            ),
            "q on names": partial(self._rest, "/segments?q=name.en:~Gold"),
            "q on names of items": partial(
                self._rest, f"/segments/{self.largest}/items?q=item.name.en:~Gold"
            ),
        }

    def graphql(self, document: str, variables: Mapping[str, Any], customer: str | None = None) -> Call:
        """A GraphQL request, as a customer or as somebody who reads everything."""
        body = orjson.dumps({"query": document.strip(), "variables": variables})
        headers = {"content-type": "application/json", **self._identity(customer)}
        return Call("POST", "/graphql", headers, body)

    def _rest(self, path: str, choice: random.Random, *, own: bool = False) -> Call:
        customer = self._customer(choice) if own else None
        return Call("GET", f"/customer-segment/{self._shape.measured}{path}", self._identity(customer))

    def _by_key(self, choice: random.Random) -> Call:
        segment, customer, legal_entity = choice.choice(self._keys)
        path = f"/segments/{segment}/customers/{customer}{f'/{legal_entity}' if legal_entity else ''}"
        return self._rest(path, choice)

    def _segment(self, choice: random.Random) -> str:
        return segment_id(choice.randrange(self._shape.size.segments))

    def _customer(self, choice: random.Random) -> str:
        return customer_id(choice.randrange(self._shape.size.customers))

    def _identity(self, customer: str | None) -> Mapping[str, str]:
        names = ["segment_read_own"] if customer else ["segment_read"]
        token = issue_token(
            SECRET,
            self._shape.measured,
            [f"customersegment.{name}" for name in names],
            customer_id=customer,
            expires_in=LONG_ENOUGH,
        )
        return {"authorization": f"Bearer {token}"}


def _sample(shape: Shape) -> tuple[Sequence[tuple[str, str, str]], str]:
    """Keys of assignments of the measured tenant, and the segment with the most of them."""
    keys: list[tuple[str, str, str]] = []
    counts: dict[str, int] = {}
    for table, rows in rows_of(shape.measured, shape.size):
        if table is customer_assignment:
            for number, (_, segment, customer, legal_entity, *_) in enumerate(rows):
                counts[segment] = counts.get(segment, 0) + 1
                if number % 97 == 0:
                    keys.append((segment, customer, legal_entity))
    return keys, max(counts, key=lambda segment: counts[segment])
