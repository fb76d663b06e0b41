"""The gateway as its users start it: tokens verified, limits on, every request logged."""

import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from benchmarks.dataset.size import TENANT
from benchmarks.places import DatabaseKind, gateway_url
from benchmarks.runners.runner import SECRET, Runner
from benchmarks.workload.reads import READS
from benchmarks.workload.request import GRAPHQL, REST
from gateway.identity.tokens import issue_token

COMMAND: Final = str(Path(sys.executable).with_name("segment-gateway"))
LONG_ENOUGH: Final = 86_400


@cache
def bearer(customer: str | None) -> Mapping[str, str]:
    """A token that reads and manages the whole tenant, or one for a customer's own view."""
    names = ["segment_read_own"] if customer else ["segment_read", "segment_manage"]
    scopes = [f"customersegment.{name}" for name in names]
    token = issue_token(SECRET, TENANT, scopes, customer_id=customer, expires_in=LONG_ENOUGH)
    return {"authorization": f"Bearer {token}"}


def gateway_runner(name: str, label: str, database: DatabaseKind, *, plans: bool) -> Runner:
    """The gateway on one of its databases, with compiled plans or without."""

    def environment(_port: int) -> Mapping[str, str]:
        return {
            "SEGMENTS_DATABASE_URL": gateway_url(database),
            "SEGMENTS_TOKEN_SECRET": SECRET,
            "SEGMENTS_COMPILED_PLANS": str(plans).lower(),
            "SEGMENTS_FEDERATION": "true",
            "SEGMENTS_LOG_FORMAT": "json",
        }

    return Runner(
        name,
        label,
        lambda port: [COMMAND, "serve", "--port", str(port)],
        environment,
        queries=(*GRAPHQL, *REST, *READS) if plans else (*GRAPHQL, "Q7"),  # the others are the same
        identity=bearer,
    )


RUNNERS: Final = (
    gateway_runner("ours", "segment gateway", "postgresql", plans=True),
    gateway_runner("ours-standard", "segment gateway, plans off", "postgresql", plans=False),
    gateway_runner("ours-sqlite", "segment gateway on SQLite", "sqlite", plans=True),
    gateway_runner("ours-sqlite-standard", "segment gateway on SQLite, plans off", "sqlite", plans=False),
)
