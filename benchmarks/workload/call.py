"""One HTTP request of the workload."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


Identity = Callable[[str | None], Mapping[str, str]]
"""The headers of a customer (own view), or, for None, of a service that reads and manages the tenant."""
