"""Logging of the whole process, uvicorn's lines included: structured, to stderr."""

import logging
import sys
from typing import Any, Final, Literal

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
    """Set up structlog and the standard library's logging to write the same kind of lines."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(style),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)


def _rendering(style: Literal["console", "json"]) -> list[structlog.typing.Processor]:
    if style == "console":
        return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(_json_text)]


def _json_text(line: Any, **_options: Any) -> str:
    return orjson.dumps(line, default=repr).decode(errors="replace")
