import asyncio
import subprocess
import sys
from io import BytesIO
from select import PIPE_BUF

import orjson

from gateway.observability.logs import LinesOfRound, LineWriter

PROGRAM = """
import logging, structlog
from gateway.observability.logs import configure_logs
configure_logs({style!r})
structlog.contextvars.bind_contextvars(request_id="r-1")
structlog.get_logger("ours").info("said", what="Müller\\n")
logging.getLogger("uvicorn.error").info("theirs %d", 7)
logging.getLogger("strawberry.execution").error("what our GraphQL endpoint logs itself")
try:
    password = "hunter2"
    1 / 0
except ZeroDivisionError:
    structlog.get_logger("ours").exception("broken")
"""

FULL_DISK = """
import os, structlog
from gateway.observability.logs import configure_logs
os.dup2(os.open("/dev/full", os.O_WRONLY), 2)
configure_logs("json")
structlog.get_logger("ours").info("lost")
print("went on", flush=True)
os._exit(0)  # the interpreter itself would complain about its stderr
"""


def lines_of(style: str) -> list[str]:
    """What a process of its own writes: logging belongs to the whole process."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", PROGRAM.format(style=style)], capture_output=True, check=True, text=True
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_json_logs_are_one_object_a_line_whoever_writes_them() -> None:
    said, theirs, broken = [orjson.loads(line) for line in lines_of("json")]
    assert said.pop("timestamp").endswith("Z")
    assert said == {
        "event": "said",
        "what": "Müller\n",
        "request_id": "r-1",
        "logger": "ours",
        "level": "info",
    }
    assert (theirs["event"], theirs["logger"], theirs["request_id"]) == ("theirs 7", "uvicorn.error", "r-1")
    assert broken["event"] == "broken"
    assert broken["exception"].startswith("Traceback (most recent call last):")
    assert broken["exception"].endswith("ZeroDivisionError: division by zero")


def test_no_log_shows_the_variables_of_a_traceback() -> None:
    """One of them may be a token or a password."""
    for style in ("json", "console"):
        written = "\n".join(lines_of(style))
        assert "ZeroDivisionError: division by zero" in written
        assert "hunter2" not in written


def test_console_logs_are_for_people() -> None:
    said, theirs, *_ = lines_of("console")
    assert "said" in said
    assert "request_id=r-1" in said
    assert "theirs 7" in theirs


def test_a_log_that_cannot_be_written_fails_nobody() -> None:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", FULL_DISK], stdout=subprocess.PIPE, check=True, text=True
    )
    assert done.stdout == "went on\n"


class Writes(BytesIO):
    """A stream that keeps each write by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []

    def write(self, data: bytes) -> int:  # type: ignore[override]  # what a line is
        self.written.append(data)
        return len(data)


async def test_lines_of_one_round_are_written_together() -> None:
    stream = Writes()
    lines = LinesOfRound(LineWriter("ours", stream))
    for line in (b"one", b"two"):
        lines.add(line)
    assert stream.written == []
    await asyncio.sleep(0)
    assert stream.written == [b"one\ntwo\n"]
    lines.add(b"three")
    await asyncio.sleep(0)
    assert stream.written == [b"one\ntwo\n", b"three\n"]


async def test_a_write_is_what_a_pipe_takes_as_a_whole() -> None:
    stream = Writes()
    lines = LinesOfRound(LineWriter("ours", stream))
    sizes = [PIPE_BUF // 2 - 1, PIPE_BUF // 2 - 1, 1, PIPE_BUF, 5]
    for size in sizes:
        lines.add(b"x" * size)
    await asyncio.sleep(0)
    assert [len(data) for data in stream.written] == [PIPE_BUF, 2, PIPE_BUF + 1, 6]
