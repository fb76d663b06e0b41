"""Structured logs of the whole process to stderr.

They include the lines of uvicorn. Our own lines go straight to the stream: the way through the standard
library's logging costs four times as much, and every request writes one. Other people's lines come that way,
and look the same.
"""

import asyncio
import logging
import sys
from collections.abc import Mapping
from select import PIPE_BUF
from typing import Any, BinaryIO, Final, Literal

import orjson
import structlog

SHARED: Final[list[structlog.typing.Processor]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
QUIET = {
    "strawberry.execution": logging.CRITICAL,  # our GraphQL view logs what is a bug, once
    "httpx": logging.WARNING,
    "alembic": logging.WARNING,
}


def configure_logs(style: Literal["console", "json"]) -> None:
    """Set up structlog and logging for the same format."""
    rendering = _rendering(style)
    stream = sys.stderr.buffer
    structlog.configure(
        processors=[*SHARED, *rendering],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda name="": LineWriter(name, stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering, _text],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)


class LineWriter:
    """The logger behind structlog: one write per line."""

    def __init__(self, name: str, stream: BinaryIO) -> None:
        self.name = name
        self._stream = stream

    def info(self, line: bytes) -> None:
        try:
            self._stream.write(line + b"\n")
            self._stream.flush()
        except OSError:  # a full disk or a closed pipe must not fail the request that is told of
            return

    warning = error = critical = info


class LinesOfRound:
    """Writes the lines of one round of the event loop together.

    A write has at most PIPE_BUF bytes, unless one line has more: several processes write to one pipe, which
    takes that many as a whole.
    """

    def __init__(self, writer: LineWriter) -> None:
        self._writer = writer
        self._lines: list[bytes] = []
        self._size = 0

    def add(self, line: bytes) -> None:
        """Write the line before the next round."""
        if self._size + len(line) >= PIPE_BUF:
            self._write()
        if not self._lines:
            asyncio.get_running_loop().call_soon(self._write)
        self._lines.append(line)
        self._size += len(line) + 1

    def _write(self) -> None:
        if self._lines:
            self._writer.info(b"\n".join(self._lines))
        self._lines.clear()
        self._size = 0


def _rendering(style: Literal["console", "json"]) -> list[structlog.typing.Processor]:
    """The processors that render a line as bytes."""
    if style == "console":
        return [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(),
                exception_formatter=structlog.dev.plain_traceback,  # rich's shows variables
            ),
            _encoded,
        ]
    return [structlog.processors.format_exc_info, _json]


def json_line(record: Mapping[str, Any]) -> bytes:
    """Return a record as one line of JSON.

    Values that JSON does not have are shown as Python does.
    """
    return orjson.dumps(record, default=repr, option=orjson.OPT_UTC_Z)


def _json(_logger: Any, _method: str, line: structlog.typing.EventDict) -> bytes:
    return json_line(line)


def _encoded(_logger: Any, _method: str, line: Any) -> bytes:
    return str(line).encode(errors="replace")


def _text(_logger: Any, _method: str, line: Any) -> str:
    """Decode a line for handlers of the standard library."""
    return bytes(line).decode()
