"""The gateway as real processes, started by its own command."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import orjson

PROGRAM = str(Path(sys.executable).with_name("segment-gateway"))
SECRET = "a secret that only these tests know"


class Server:
    """A running `segment-gateway serve`. `lines` are what it has logged so far."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.lines: list[dict[str, object]] = []
        self._listening = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()
        if not self._listening.wait(timeout=60):
            raise RuntimeError(f"the gateway did not start: {self.lines}")

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            try:
                self.lines.append(orjson.loads(line))
            except orjson.JSONDecodeError:
                self.lines.append({"event": line.decode(errors="replace")})
            if self.lines[-1]["event"] == "listening":
                self._listening.set()

    @property
    def url(self) -> str:
        """Where it listens."""
        return str(next(line["url"] for line in self.lines if line["event"] == "listening"))

    def events(self, name: str) -> list[dict[str, object]]:
        """The log lines of one kind."""
        return [line for line in self.lines if line["event"] == name]

    def workers(self) -> list[int]:
        """The process ids of its workers, where it has several."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        pids = [int(pid) for pid in listed.split()]
        return [pid for pid in pids if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@contextmanager
def serving(database_url: str, home: Path, *arguments: str, **settings: str) -> Iterator[Server]:
    """The gateway on a free port. It is told to stop, and killed if it does not within 20 seconds."""
    environment: Mapping[str, str] = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SEGMENTS_")},
        "SEGMENTS_DATABASE_URL": database_url,
        "SEGMENTS_TOKEN_SECRET": SECRET,
        "SEGMENTS_HOME": str(home),
        "SEGMENTS_LOG_FORMAT": "json",
        **settings,
    }
    command = [PROGRAM, "serve", "--port", "0", "--migrate", *arguments]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:  # noqa: S603
        try:
            yield Server(process)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
