"""The access log: one line for each request.

A line has the request, its tenant and its outcome.
"""

import re
import sys
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import structlog

from gateway.observability.logs import LinesOfRound, LineWriter, json_line
from gateway.observability.observation import Finished, Recorder

log = structlog.get_logger(__name__)

EVENT = "request"
LONGEST_PATH: Final = 1_000
"""Characters of a path in a line: a request with a longer one has most likely been refused."""
PLAIN_PATH: Final = re.compile(rf"[A-Za-z0-9_.~/-]{{0,{LONGEST_PATH}}}")
"""A path that is the same when it is quoted."""


def log_request(finished: Finished) -> None:
    """Log a request through structlog.

    The context of structlog has the ids of the request.
    """
    log.info(**record_of(finished))


def json_lines() -> Recorder:
    """Return a recorder with JSON lines on stderr.

    It passes by structlog's processors, for which each request would wait. The lines of one round of the
    event loop are written together at its end.
    """
    lines = LinesOfRound(LineWriter(__name__, sys.stderr.buffer))

    def write(finished: Finished) -> None:
        record = record_of(finished)
        state = finished.state
        record["request_id"] = state.request_id
        if state.trace_id:
            record["trace_id"] = state.trace_id
        record["logger"] = __name__
        record["level"] = "info"
        record["timestamp"] = datetime.now(UTC)
        lines.add(json_line(record))

    return write


def record_of(finished: Finished) -> dict[str, Any]:
    """The log record of a request.

    It has no token, no query string and no body.
    """
    state = finished.state
    record = {
        "event": EVENT,
        "method": finished.method,
        "path": _quoted(finished.path),
        "status": finished.status,
        "duration_ms": round(finished.seconds * 1000, 1),
    }
    if state.caller.tenant:
        record["tenant"] = state.caller.tenant
    if state.operation:
        record["operation"] = state.operation
    if state.statements is not None:
        record["statements"] = state.statements
    if state.route is not None and state.route.is_split and state.route.server is not None:
        record["server"] = state.route.server
        if state.route.fallback is not None:
            record["fallback"] = state.route.fallback
    return record


def _quoted(path: str) -> str:
    """Quote a path, since decoded text may hold line breaks."""
    return path if PLAIN_PATH.fullmatch(path) else quote(path[:LONGEST_PATH])
