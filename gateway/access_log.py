"""One line for each request: what was asked, by which tenant, and how it went."""

import sys
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import orjson
import structlog

from gateway.logs import LineWriter
from gateway.observation import Finished, Recorder
from models.cache import Cache

log = structlog.get_logger(__name__)

EVENT = "request"
LONGEST_PATH: Final = 1_000
"""Characters of a path in a line: a request with a longer one has most likely been refused."""


def log_request(finished: Finished) -> None:
    """Never logs tokens, query strings or bodies."""
    log.info(EVENT, **_told(finished))


def json_lines() -> Recorder:
    """The same line as JSON, to stderr, without structlog's processors: each request waits for it."""
    writer = LineWriter(__name__, sys.stderr.buffer)

    def write(finished: Finished) -> None:
        line = _told(finished)
        line["event"] = EVENT
        for name in ("request_id", "trace_id"):
            if name in finished.state:
                line[name] = finished.state[name]
        line["logger"] = __name__
        line["level"] = "info"
        line["timestamp"] = datetime.now(UTC)
        writer.info(orjson.dumps(line, default=repr, option=orjson.OPT_UTC_Z))

    return write


_PATHS: Final = Cache("paths", share=0.002)


def _quoted(path: str) -> str:
    """What is decoded may hold line breaks."""
    return _PATHS.get(path[:LONGEST_PATH], lambda: quote(path[:LONGEST_PATH]))


def _told(finished: Finished) -> dict[str, Any]:
    state = finished.state
    caller = state.get("caller")
    told = {
        "method": finished.method,
        "path": _quoted(finished.path),
        "status": finished.status,
        "duration_ms": round(finished.seconds * 1000, 1),
    }
    if caller is not None and caller.tenant:
        told["tenant"] = caller.tenant
    if state.get("operation"):
        told["operation"] = state["operation"]
    if "statements" in state:
        told["statements"] = state["statements"]
    return told
