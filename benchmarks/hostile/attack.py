"""One hostile request, sent again and again with other values."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson

from benchmarks.workload.call import Call

Caller = Literal["anonymous", "customer", "tenant"]
"""No token; a customer's token of the big shop; a token of another tenant that may read and write."""

TENANT: Final = "hostile"
"""The attackers' own tenant. The big shop's rows are never written."""


@dataclass(frozen=True, slots=True)
class Attack:
    """`request` makes the request of a given number; equal numbers give equal requests."""

    name: str
    caller: Caller
    request: Callable[[random.Random], Call]


def graphql(
    query: str, variables: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> Call:
    """A POST to `/graphql`."""
    body = orjson.dumps({"query": query, "variables": variables or {}})
    return Call("POST", "/graphql", {"content-type": "application/json", **(headers or {})}, body)


def rest(method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Call:
    """A request to the attackers' tenant; `path` begins after `segments`."""
    media_type = {"content-type": "application/json"} if body else {}
    return Call(method, f"/customer-segment/{TENANT}/segments{path}", {**media_type, **(headers or {})}, body)


def word(chance: random.Random, length: int = 12) -> str:
    """A random name of lower-case letters."""
    return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=length))
