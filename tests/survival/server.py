"""The gateway as real processes, started by its own command."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import orjson

PROGRAM = str(Path(sys.executable).with_name("segment-gateway"))
SECRET = "a secret that only these tests know"


READY = "Application startup complete."
PATIENCE = 120
"""Seconds for what takes two on a machine that is not busy: only a test that would fail waits so long."""


class Server:
    """A running `segment-gateway serve`. `lines` are what it has logged so far."""

    def __init__(self, process: subprocess.Popen[bytes], workers: int) -> None:
        self.process = process
        self.lines: list[dict[str, object]] = []
        self._news = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        self.wait_for_workers(workers)

    def wait_for_workers(self, started: int) -> None:
        """Until so many workers, dead ones included, have become ready for requests.

        It says that it listens before that, and connections wait for the first one.
        """
        with self._news:
            if not self._news.wait_for(lambda: len(self.events(READY)) >= started, PATIENCE):
                raise RuntimeError(f"the gateway did not start: {self.lines}")

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._news:
                self.lines.append(_event(line))
                self._news.notify_all()

    @property
    def url(self) -> str:
        """Where it listens."""
        return str(next(line["url"] for line in self.lines if line["event"] == "listening"))

    def events(self, name: str) -> list[dict[str, object]]:
        """The log lines of one kind."""
        return [line for line in self.lines if line["event"] == name]

    def workers(self) -> list[int]:
        """The process ids of its workers, where it has several: a fork server is their parent."""
        return [worker for fork_server in self.fork_servers() for worker in _children(fork_server)]

    def fork_servers(self) -> list[int]:
        """The process ids of its fork servers: one, or one more while workers are replaced."""
        return _children(self.process.pid)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):  # it has ended since it was listed
        return []


def _event(line: bytes) -> dict[str, object]:
    try:
        event: dict[str, object] = orjson.loads(line)
    except orjson.JSONDecodeError:
        return {"event": line.decode(errors="replace")}
    return event


@contextmanager
def serving(
    database_url: str,
    home: Path,
    *,
    workers: int = 1,
    migrates: bool = True,
    command: Sequence[str] = (PROGRAM,),
    **settings: str,
) -> Iterator[Server]:
    """The gateway on a free port. It is told to stop, and killed if it does not within 20 seconds."""
    environment: Mapping[str, str] = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SEGMENTS_")},
        "SEGMENTS_DATABASE_URL": database_url,
        "SEGMENTS_TOKEN_SECRET": SECRET,
        "SEGMENTS_HOME": str(home),
        "SEGMENTS_LOG_FORMAT": "json",
        **settings,
    }
    command = [*command, "serve", "--port", "0", "--workers", str(workers)]
    if migrates:
        command.append("--migrate")
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:  # noqa: S603
        try:
            yield Server(process, workers)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
