"""One line for each request: what was asked, by which tenant, and how it went."""

from urllib.parse import quote

import structlog

from gateway.observation import Finished

log = structlog.get_logger(__name__)


def log_request(finished: Finished) -> None:
    """Never logs tokens, query strings or bodies."""
    state = finished.state
    caller = state.get("caller")
    told = {
        "tenant": caller.tenant if caller else None,
        "operation": state.get("operation"),
        "statements": state.get("statements"),
    }
    log.info(
        "request",
        method=finished.method,
        path=quote(finished.path),  # what is decoded may hold line breaks
        status=finished.status,
        duration_ms=round(finished.seconds * 1000, 1),
        **{name: value for name, value in told.items() if value not in {None, ""}},
    )
