"""Worker processes that take turns without losing a request, and end in time."""

import os
import signal
from socket import socket
from time import monotonic
from types import FrameType
from typing import Final, cast

import structlog
import uvicorn
from uvicorn.config import Config
from uvicorn.server import ServerState
from uvicorn.supervisors import Multiprocess, multiprocess

STOP_TIME: Final = 12
"""Seconds from SIGTERM to the end of a process, whatever it waits for."""

log = structlog.get_logger(__name__)


class LeavingState(ServerState):
    """What connections know of their server."""

    is_leaving = False


class Server(uvicorn.Server):
    """Tells connections that it leaves, those too that it has accepted and not seen yet."""

    server_state: LeavingState

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.server_state = LeavingState()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to leave. The kernel ends the process if it has not ended in STOP_TIME."""
        end_later(STOP_TIME)
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Stop listening, and finish the requests under way."""
        self.server_state.is_leaving = True
        await super().shutdown(sockets)


class Worker(multiprocess.Process):
    """A process with a server of ours. Its parent kills one that leaves and does not end."""

    def __init__(self, config: Config, sockets: list[socket]) -> None:
        super().__init__(config, sockets)
        self._latest_end: float | None = None

    @property
    def server(self) -> uvicorn.Server:
        """The server, made in the worker itself."""
        if self._server is None:
            self._server = Server(self.config)
        return self._server

    def leave(self) -> None:
        """Ask it to leave; a handler of signals may do so."""
        if self._latest_end is None:
            self._latest_end = monotonic() + STOP_TIME
        if self.pid is not None and self.exitcode is None:
            os.kill(self.pid, signal.SIGTERM)

    def terminate(self) -> None:
        """Ask it to leave, and ask nothing else of it."""
        self.leave()
        super().terminate()

    def is_alive(self, timeout: float = 5) -> bool:
        """Whether it need not be replaced."""
        return super().is_alive(timeout) or self._latest_end is not None

    def ping(self, timeout: float = 5) -> bool:
        """Whether it answers in time. It is not waited for when it leaves."""
        latest = monotonic() + timeout
        try:
            self.parent_conn.send(b"ping")
            while self._latest_end is None and monotonic() < latest:
                if self.parent_conn.poll(0.2):
                    self.parent_conn.recv()
                    return True
        except (OSError, EOFError):
            pass
        return False

    def join(self) -> None:
        """Wait for its end; kill it when its time is over."""
        if self._latest_end is not None:
            self.process.join(max(0.0, self._latest_end - monotonic()))
            if self.process.is_alive():
                log.error("worker killed", pid=self.pid)
                self.process.kill()
        super().join()

    def has_ended(self) -> bool:
        """Whether it is gone; one whose time is over is killed."""
        if self._latest_end is not None and monotonic() > self._latest_end:
            self.join()
        return not self.process.is_alive()


multiprocess.Process = Worker  # type: ignore[misc]  # uvicorn has no other way to say what a worker is


class Workers(Multiprocess):
    """The parent of the workers.

    It stops listening before they do: else new connections wait in a queue that nobody reads. A worker that
    is replaced finishes its requests while the parent goes on.
    """

    def __init__(self, config: Config, sockets: list[socket]) -> None:
        super().__init__(config, sockets)
        self._others: list[Worker] = []
        """Workers that start or leave."""
        self._is_stopping = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def restart_all(self) -> None:
        """Replace each worker, once its successor is ready."""
        for place, old in enumerate(self.processes):
            new = Worker(self.config, self.sockets)
            self._others.append(new)
            new.start()
            is_ready = new.wait_until_ready(self.config.timeout_worker_healthcheck)
            if self._is_stopping:
                return
            self._others.remove(new)
            if not is_ready:
                new.kill()
                new.join()
                log.error("worker not replaced: its successor was not ready in time", pid=old.pid)
                return
            self.processes[place] = new
            old.terminate()
            self._others.append(cast("Worker", old))

    def keep_subprocess_alive(self) -> None:
        """Replace workers that have died, and forget those that have left."""
        self._others = [worker for worker in self._others if not worker.has_ended()]
        super().keep_subprocess_alive()

    def terminate_all(self) -> None:
        """Have every worker leave."""
        self._stop_listening()
        for worker in self._all_workers():
            worker.terminate()

    def join_all(self) -> None:
        """Wait for the end of every worker."""
        for worker in self._all_workers():
            worker.join()
        end_later(0)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        """Stop at once, even while a successor starts. The loop of `run` finds the signal in its queue."""
        end_later(STOP_TIME + 2)
        self._is_stopping = True
        self.signal_queue.append(number)
        self._stop_listening()
        for worker in self._all_workers():
            worker.leave()

    def _all_workers(self) -> list[Worker]:
        return [*cast("list[Worker]", self.processes), *self._others]

    def _stop_listening(self) -> None:
        for listener in self.sockets:
            listener.close()


def end_later(seconds: int) -> None:
    """Have the kernel end this process, should it still be there; 0 calls it off."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)
