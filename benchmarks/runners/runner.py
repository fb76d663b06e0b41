"""A server to compare: what it is, how to start it, and how it is asked."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.workload.call import Identity
from benchmarks.workload.documents import Dialect
from benchmarks.workload.request import GRAPHQL, REST, trusted_headers

SECRET: Final = secrets.token_hex(32)
"""Signs the tokens of one run."""


def nothing_to_prepare() -> None:
    """For servers that need no installation."""


@dataclass(frozen=True, slots=True)
class Runner:
    """One server. `command` and `environment` are given the port to listen on."""

    name: str
    label: str
    command: Callable[[int], Sequence[str]]
    environment: Callable[[int], Mapping[str, str]]
    dialect: Dialect = "gateway"
    queries: Sequence[str] = (*GRAPHQL, *REST)
    identity: Identity = field(default=trusted_headers)
    prepare: Callable[[], None] = nothing_to_prepare
