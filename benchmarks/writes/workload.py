"""What is written: one row, 200 rows, and one row by each of eight writers at once."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import orjson

from benchmarks.pair.workload import Workload
from benchmarks.runners.runner import SECRET
from benchmarks.workload.call import Call
from gateway.identity.tokens import issue_token

SCOPES: Final = ("customersegment.segment_read", "customersegment.segment_manage")
WRITERS: Final = 8
ROWS: Final = 200
"""As many as a bulk request may have."""
DIFFERENT: Final = 40
"""Requests of each kind, which are sent in turn."""
LONG_ENOUGH: Final = 86_400
BulkRequest: TypeAlias = tuple[str, list[Mapping[str, Any]]]
"""Path and body."""


def workloads() -> list[Workload]:
    """All kinds, in the order in which they are measured: each finds the segments of those before it."""
    tenants = [f"writes{number}" for number in range(WRITERS)]
    put = [_puts(tenant) for tenant in tenants]
    bulk = [_bulk(part, tenant="writes0") for part in (_segments, _customers, _items)]
    return [
        Workload("one segment", put[0]),
        Workload(f"{ROWS} segments", bulk[0], most=0.3),
        Workload(f"{ROWS} customers of a segment", bulk[1], most=0.3),
        Workload(f"{ROWS} items of a segment", bulk[2], most=0.3),
        Workload(
            f"one segment, {WRITERS} writers of different tenants",
            [call for calls in zip(*put, strict=True) for call in calls],
            connections=WRITERS,
            threads=WRITERS,
            most=0.25,
        ),
        Workload(
            f"one segment, {WRITERS} writers of one tenant", put[0], connections=WRITERS, threads=WRITERS
        ),
        Workload("read: one segment", _reads("/s0"), connections=WRITERS, threads=WRITERS),
        Workload("read: 50 segments", _reads("?pageSize=50"), connections=WRITERS, threads=WRITERS),
    ]


def _call(tenant: str, method: str, path: str, body: Any = None) -> Call:
    token = issue_token(SECRET, tenant, SCOPES, subject="benchmark", expires_in=LONG_ENOUGH)
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    sent = b"" if body is None else orjson.dumps(body)
    return Call(method, f"/customer-segment/{tenant}/segments{path}", headers, sent)


def _segment(number: int) -> dict[str, Any]:
    return {
        "name": {"en": f"Winter sports {number}", "de": f"Wintersport {number}"},
        "description": {"en": "All who bought skis, skates or a sledge in the last two winters."},
        "siteCode": "main",
        "status": "ACTIVE",
        "mixins": {"marketing": {"channel": "mail", "priority": number % 10}},
    }


def _puts(tenant: str) -> list[Call]:
    return [_call(tenant, "PUT", f"/s{number}", _segment(number)) for number in range(DIFFERENT)]


def _bulk(part: Callable[[int], BulkRequest], tenant: str) -> list[Call]:
    return [_call(tenant, "PUT", *part(number)) for number in range(DIFFERENT)]


def _segments(number: int) -> BulkRequest:
    ids = range(number * ROWS // 4, number * ROWS // 4 + ROWS)
    return "/bulk", [{"id": f"s{one}", **_segment(one)} for one in ids]


def _customers(number: int) -> BulkRequest:
    return f"/s{number}/customers/bulk", [{"customerId": f"c{one}"} for one in range(ROWS)]


def _items(number: int) -> BulkRequest:
    return f"/s{number}/items/PRODUCT/bulk", [{"id": f"p{one}"} for one in range(ROWS)]


def _reads(path: str) -> list[Call]:
    return [_call("writes0", "GET", path)] * WRITERS
