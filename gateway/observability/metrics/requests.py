"""Metrics of every finished request."""

from collections.abc import Set as AbstractSet
from typing import Final, TypeAlias

from prometheus_client import CollectorRegistry, Counter, Histogram

from gateway.http.apis import api_of
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
_Children: TypeAlias = tuple[Counter, Histogram, Counter, Counter | None]


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
        self._known: dict[_Labels, _Children] = {}

    def __call__(self, finished: Finished) -> None:
        labels = labels_of(finished)
        requests, seconds, statements, executions = self._known.get(labels) or self._remember(labels)
        requests.inc()
        if not finished.state.is_stream:  # which takes as long as its client stays
            seconds.observe(finished.seconds)
        if count := finished.state.statements:
            statements.inc(count)
        if executions is not None:
            executions.inc()

    def _remember(self, labels: _Labels) -> _Children:
        """Cache the children of labels.

        Looking labels up costs more than counting, so it is done once.
        """
        api, operation, outcome, way = labels
        children = (
            self._requests.labels(api, operation, outcome),
            self._seconds.labels(api, operation),
            self._statements.labels(api),
            self._executions.labels(way) if way else None,
        )
        self._known[labels] = children
        return children


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
