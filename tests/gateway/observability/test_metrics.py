"""What /metrics says after known requests, and that nobody can make it say more."""

import os
import re
from pathlib import Path

import httpx
import pytest

from gateway.app import create_app
from gateway.identity.tokens import issue_token
from gateway.observability.metrics.requests import outcome_of
from gateway.observability.metrics.shared import forget_dead_processes
from gateway.observability.observation import CLIENT_LEFT
from gateway.settings.settings import Settings
from models.cache import BUDGET
from resolvers.caller import Scope
from tests.gateway.serving import client_of

SEGMENTS = "/customer-segment/acme/segments"
RETRIEVE = 'api="rest",operation="GET-customer-segment-retrieve-segment"'


async def metrics_of(client: httpx.AsyncClient) -> dict[str, float]:
    """Every sample of ours on the page, by name and labels."""
    page = await client.get("/metrics")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/plain; version=")
    lines = re.findall(r"^(segments_\S+) (\S+)$", page.text, flags=re.MULTILINE)
    return {name: float(value) for name, value in lines}


@pytest.fixture
def authorization(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {issue_token(secret, 'acme', [Scope.READ, Scope.MANAGE])}"}


async def test_caches_have_bytes_and_counts(client: httpx.AsyncClient, authorization: dict[str, str]) -> None:
    gateways = list(BUDGET._caches)  # noqa: SLF001  (other tests' caches count for as long as they exist)
    before = await metrics_of(client)
    for _ in range(3):
        body = {"query": '{ segments(q: "id:only-here") { nodes { id } } }'}
        await client.post("/graphql", json=body, headers=authorization)
    after = await metrics_of(client)
    for cache, misses, hits in (("documents", 1, 2), ("tokens", 1, 2), ("questions", 2, 1)):
        label = f'{{cache="{cache}"}}'
        names = ("segments_cache_misses_total", "segments_cache_hits_total", "segments_cache_entries")
        counts = [after[name + label] - before.get(name + label, 0) for name in names]
        assert counts == [misses, hits, 1]
        assert after[f"segments_cache_bytes{label}"] > before.get(f"segments_cache_bytes{label}", 0)
    assert len(gateways) > 2


async def test_rest_requests_count_by_operation_and_outcome(
    client: httpx.AsyncClient, secret: str, tenant: str
) -> None:
    path = f"/customer-segment/{tenant}/segments/none"
    headers = {"Authorization": f"Bearer {issue_token(secret, tenant, [Scope.READ, Scope.MANAGE])}"}
    await client.get(path, headers=headers)
    await client.get(path, headers=headers)
    await client.delete(path, headers=headers)
    await client.get(f"/customer-segment/{tenant}/nowhere")
    seen = await metrics_of(client)
    assert seen[f'segments_requests_total{{{RETRIEVE},outcome="refused"}}'] == 2
    assert seen[f"segments_request_duration_seconds_count{{{RETRIEVE}}}"] == 2
    removed = 'api="rest",operation="DELETE-customer-segment-remove-segment",outcome="ok"'
    assert seen[f"segments_requests_total{{{removed}}}"] == 1
    assert seen['segments_requests_total{api="rest",operation="none",outcome="refused"}'] == 1
    assert seen['segments_sql_statements_total{api="rest"}'] == 5


async def test_graphql_requests_count_by_type_and_never_by_the_clients_name(
    client: httpx.AsyncClient, authorization: dict[str, str]
) -> None:
    for body in (
        {"query": 'query find { segment(id: "none") { id } }'},
        {"query": 'query find { segment(id: "none") { id } }'},
        {"query": "{ viewer { tenant } }"},
        {"query": 'mutation drop { segmentDelete(id: "none") { userErrors { code } } }'},
        {"query": "{ nonsense }"},
        {"query": '{ segments(q: "(") { nodes { id } } }'},
    ):
        assert (await client.post("/graphql", json=body, headers=authorization)).status_code == 200
    seen = await metrics_of(client)
    requests = {name: value for name, value in seen.items() if name.startswith("segments_requests_total{")}
    assert requests == {
        'segments_requests_total{api="graphql",operation="query",outcome="ok"}': 3,
        'segments_requests_total{api="graphql",operation="query",outcome="refused"}': 1,
        'segments_requests_total{api="graphql",operation="mutation",outcome="ok"}': 1,
        'segments_requests_total{api="graphql",operation="none",outcome="refused"}': 1,
    }
    assert seen['segments_graphql_executions_total{way="planned"}'] == 2
    assert seen['segments_graphql_executions_total{way="standard"}'] == 3
    assert (seen["segments_documents_hits_total"], seen["segments_documents_misses_total"]) == (1, 5)
    assert seen["segments_documents_kept"] == 5


async def test_the_pool_is_shown(client: httpx.AsyncClient, authorization: dict[str, str]) -> None:
    await client.get(f"{SEGMENTS}/none", headers=authorization)
    seen = await metrics_of(client)
    assert seen["segments_pool_connections"] == 1
    assert seen["segments_pool_in_use"] == 0
    assert seen["segments_pool_limit"] >= 10
    for reason in ("taken", "share"):
        assert seen[f'segments_pool_waits_total{{reason="{reason}"}}'] == 0
        assert seen[f'segments_pool_refusals_total{{reason="{reason}"}}'] == 0


async def test_no_tenant_and_no_path_is_shown(
    client: httpx.AsyncClient, authorization: dict[str, str]
) -> None:
    await client.get("/customer-segment/secrettenant/segments/secretid", headers=authorization)
    await client.get("/secretpath")
    page = (await client.get("/metrics")).text
    assert "secret" not in page
    assert "acme" not in page


async def test_metrics_can_be_switched_off(settings: Settings) -> None:
    async with client_of(create_app(settings.model_copy(update={"metrics": False}))) as client:
        assert (await client.get("/metrics")).status_code == 404
        assert (await client.get("/healthz")).status_code == 200


@pytest.mark.parametrize(
    ("status", "codes", "outcome"),
    [
        (200, set(), "ok"),
        (207, set(), "ok"),
        (404, set(), "refused"),
        (500, set(), "failed"),
        (503, set(), "unavailable"),
        (504, set(), "timed_out"),
        (CLIENT_LEFT, set(), "client_left"),
        (200, {"FORBIDDEN"}, "refused"),
        (200, {"FORBIDDEN", "UNAVAILABLE"}, "unavailable"),
        (200, {"UNAVAILABLE", "INTERNAL"}, "failed"),
        (200, {"TIMED_OUT"}, "timed_out"),
    ],
)
def test_an_outcome_says_whose_fault_it_was(status: int, codes: set[str], outcome: str) -> None:
    assert outcome_of(status, codes) == outcome


def test_a_killed_process_holds_no_connections(tmp_path: Path) -> None:
    """Its counts stay, since what it counted has happened."""
    nobody = 2**22 + 1  # beyond the largest process id of Linux
    names = [f"gauge_livesum_{os.getpid()}.db", f"gauge_livesum_{nobody}.db", f"counter_{nobody}.db"]
    for name in names:
        (tmp_path / name).touch()
    forget_dead_processes(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {names[0], names[2]}
