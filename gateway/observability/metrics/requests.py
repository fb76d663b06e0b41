"""Metrics of every finished request."""

from collections.abc import Set as AbstractSet
from typing import Final, TypeAlias

from prometheus_client import CollectorRegistry, Counter, Histogram

from gateway.http.apis import api_of
from gateway.observability.metrics.growing import Growing
from gateway.observability.observation import CLIENT_LEFT, Finished

BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds in seconds: finest for compiled plans, and up to the longest request."""
STATUS_OUTCOMES: Final = {CLIENT_LEFT: "client_left", 503: "unavailable", 504: "timed_out"}
CODE_OUTCOMES: Final = {"INTERNAL": "failed", "UNAVAILABLE": "unavailable", "TIMED_OUT": "timed_out"}
"""The outcomes of a GraphQL response of status 200 with errors, the worst first."""
NO_OPERATION: Final = "none"
"""The request matched no operation, or could not be read as one."""

_Labels: TypeAlias = tuple[str, str, str, str | None]
"""API, operation, outcome, and the way of a GraphQL operation."""


class _Tally:
    """The counts of requests with the same labels.

    Counting in Prometheus' own counters takes ten times as long.
    """

    def __init__(
        self, requests: Counter, seconds: Histogram, statements: Counter, way: Counter | None
    ) -> None:
        self.requests = self.statements = 0
        self.seconds = seconds
        self._counters = (Growing(requests), Growing(statements), None if way is None else Growing(way))

    def sample(self) -> None:
        """Add the counts since the last sample to the counters."""
        requests, statements, way = self._counters
        requests.sample(self.requests)
        statements.sample(self.statements)
        if way is not None:
            way.sample(self.requests)


class RequestMetrics:
    """Requests by API, operation and outcome, with durations and statements.

    Every label is one of a known few: a client cannot make new ones. That is why a GraphQL
    operation counts by its type, and not by the name that the client chose.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "segments_requests",
            "Requests answered.",
            ["api", "operation", "outcome"],
            registry=registry,
        )
        self._seconds = Histogram(
            "segments_request_duration_seconds",
            "Time from a request's first byte to its answer's last.",
            ["api", "operation"],
            buckets=BUCKETS,
            registry=registry,
        )
        self._statements = Counter(
            "segments_sql_statements", "SQL statements run for requests.", ["api"], registry=registry
        )
        self._executions = Counter(
            "segments_graphql_executions",
            "GraphQL operations by the way they were executed.",
            ["way"],
            registry=registry,
        )
        self._tallies: dict[_Labels, _Tally] = {}

    def __call__(self, finished: Finished) -> None:
        labels, state = labels_of(finished), finished.state
        tally = self._tallies.get(labels) or self._new_tally(labels)
        tally.requests += 1
        if state.statements:
            tally.statements += state.statements
        if not state.is_stream:  # which takes as long as its client stays
            tally.seconds.observe(finished.seconds)

    def sample(self) -> None:
        """Sample the counts now."""
        for tally in list(self._tallies.values()):
            tally.sample()

    def _new_tally(self, labels: _Labels) -> _Tally:
        """Make the tally of labels that are new."""
        api, operation, outcome, way = labels
        tally = self._tallies[labels] = _Tally(
            self._requests.labels(api, operation, outcome),
            self._seconds.labels(api, operation),
            self._statements.labels(api),
            self._executions.labels(way) if way else None,
        )
        return tally


def labels_of(finished: Finished) -> _Labels:
    """Return a request's API, operation, outcome and way.

    The way is how GraphQL executed the operation.
    """
    state = finished.state
    api, outcome = api_of(finished.path), outcome_of(finished.status, state.codes)
    if api == "graphql" and state.context is not None:
        return api, state.context.operation_type or NO_OPERATION, outcome, state.context.way
    if api == "rest":
        return api, state.operation or NO_OPERATION, outcome, None
    return api, NO_OPERATION, outcome, None


def outcome_of(status: int, codes: AbstractSet[str] = frozenset()) -> str:
    """The outcome of a status and error codes.

    `ok`, `refused` (the client's fault), `unavailable`, `timed_out`, `failed` (ours) or `client_left`.
    """
    if outcome := STATUS_OUTCOMES.get(status):
        return outcome
    if codes:
        return next((outcome for code, outcome in CODE_OUTCOMES.items() if code in codes), "refused")
    if status < 400:  # noqa: PLR2004
        return "ok"
    return "refused" if status < 500 else "failed"  # noqa: PLR2004
