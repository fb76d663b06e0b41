"""Worker processes, replaced and stopped without losing requests.

They end in time.
"""

import os
import signal
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from socket import socket
from threading import Thread
from time import monotonic
from types import FrameType
from typing import Final, cast

import structlog
import uvicorn
from uvicorn.config import Config
from uvicorn.server import ServerState
from uvicorn.supervisors import Multiprocess, multiprocess

from gateway.server.fork_server import CAN_FORK, ForkedProcess, ForkServer

STOP_TIME: Final = 12
"""The most seconds from SIGTERM to the end of a process."""
IMPORTED_ONCE: Final = ("gateway.app", "gateway.server.server", "uvicorn.lifespan.on", "uvicorn.loops.uvloop")
"""Modules imported once, in the fork server."""

log = structlog.get_logger(__name__)


class LeavingState(ServerState):
    """The server's state for its connections."""

    is_leaving = False


class Server(uvicorn.Server):
    """A server that tells its connections to close.

    It tells those too that it has accepted and not handled yet.
    """

    server_state: LeavingState

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.server_state = LeavingState()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to shut down.

        The kernel ends the process if it has not ended in STOP_TIME.
        """
        end_later(STOP_TIME)
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Stop listening, and finish the requests under way."""
        self.server_state.is_leaving = True
        await super().shutdown(sockets)


class Worker(multiprocess.Process):
    """A process with a server of ours.

    Its parent kills one that leaves and does not end.
    """

    process: SpawnProcess | ForkedProcess  # type: ignore[assignment]  # what is used of one, both have

    def __init__(self, config: Config, sockets: list[socket], fork_server: ForkServer | None) -> None:
        super().__init__(config, sockets)
        self._sockets = sockets
        self._fork_server = fork_server
        self._latest_end: float | None = None

    def start(self) -> None:
        """Start by a fork, or as a new program.

        It is a new program where the system cannot fork.
        """
        if self._fork_server is None:
            super().start()
            return
        files = [self.child_conn.fileno(), *(listener.fileno() for listener in self._sockets)]
        self.process = self._fork_server.fork(serve_forked, self.config, files=files)
        self.child_conn.close()

    @property
    def server(self) -> uvicorn.Server:
        """The server, made in the worker itself."""
        if self._server is None:
            self._server = Server(self.config)
        return self._server

    def leave(self) -> None:
        """Send SIGTERM once; safe in a signal handler."""
        if self._latest_end is None:
            self._latest_end = monotonic() + STOP_TIME
        if self.pid is not None and self.exitcode is None:
            os.kill(self.pid, signal.SIGTERM)

    def terminate(self) -> None:
        """Send SIGTERM, and ask nothing else."""
        self.leave()
        super().terminate()

    def is_alive(self, timeout: float = 5) -> bool:
        """Whether it is alive, or already leaving.

        In both cases it is not replaced.
        """
        return super().is_alive(timeout) or self._latest_end is not None

    def ping(self, timeout: float = 5) -> bool:
        """Whether it responds in time.

        It is not waited for when it leaves.
        """
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
        """Wait for its end; kill it after its time."""
        if self._latest_end is not None:
            self.process.join(max(0.0, self._latest_end - monotonic()))
            if self.process.is_alive():
                log.error("worker killed", pid=self.pid)
                self.process.kill()
        super().join()

    def has_ended(self) -> bool:
        """Whether it has ended; kill it after its time."""
        if self._latest_end is not None and monotonic() > self._latest_end:
            self.join()
        return not self.process.is_alive()


def serve_forked(config: Config, connection_file: int, *listener_files: int) -> None:
    """Run the server of a forked worker.

    It leaves when its parent is gone.
    """
    config.configure_logging()
    server = Server(config)
    Thread(target=_answer_parent, args=(Connection(connection_file), server), daemon=True).start()
    server.run([socket(fileno=file) for file in listener_files])


def _answer_parent(connection: Connection, server: Server) -> None:
    """Report to the parent whether the server has started.

    It does so whenever the parent asks.
    """
    try:
        while True:
            connection.recv()
            connection.send(server.started)
    except (EOFError, OSError):
        if not server.should_exit:
            os.kill(os.getpid(), signal.SIGTERM)


class Workers(Multiprocess):
    """The parent of the workers.

    It stops listening before they do: else new connections wait in a queue that nobody reads. A worker that
    is replaced finishes its requests while the parent goes on.
    """

    def __init__(self, config: Config, sockets: list[socket]) -> None:
        super().__init__(config, sockets)
        self._others: list[Worker] = []
        """Workers that are starting or leaving."""
        self._is_stopping = False
        self._fork_server = _new_fork_server()
        self._former_fork_servers: list[ForkServer] = []
        multiprocess.Process = self._new_worker  # type: ignore[assignment,misc]  # uvicorn asks for no other way
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def run(self) -> None:
        """Start and replace workers until a signal arrives."""
        self.init_processes()
        while not self.should_exit.is_set():
            wait([worker.process.sentinel for worker in self._all_workers() if worker.exitcode is None], 0.5)
            self.handle_signals()
            self.keep_subprocess_alive()
        self.terminate_all()
        self.join_all()

    def restart_all(self) -> None:
        """Replace each worker by one with the current code.

        Each leaves once its successor is ready.
        """
        former, self._fork_server = self._fork_server, _new_fork_server()
        if not self._replace_all():
            former, self._fork_server = self._fork_server, former
        if former is not None:
            former.close()
            self._former_fork_servers.append(former)

    def _replace_all(self) -> bool:
        """Replace each worker; return whether all are replaced."""
        for place, old in enumerate(self.processes):
            new = self._new_worker(self.config, self.sockets)
            self._others.append(new)
            new.start()
            is_ready = new.wait_until_ready(self.config.timeout_worker_healthcheck)
            if self._is_stopping:
                return False
            self._others.remove(new)
            if not is_ready:
                new.kill()
                new.join()
                log.error("worker not replaced: its successor was not ready in time", pid=old.pid)
                return False
            self.processes[place] = new
            old.terminate()
            self._others.append(cast("Worker", old))
        return True

    def _new_worker(self, config: Config, sockets: list[socket]) -> Worker:
        if self._fork_server is not None and self._fork_server.has_ended():
            log.error("fork server replaced")
            self._fork_server = _new_fork_server()
        return Worker(config, sockets, self._fork_server)

    def keep_subprocess_alive(self) -> None:
        """Replace dead workers, and remove those that have ended."""
        self._others = [worker for worker in self._others if not worker.has_ended()]
        self._former_fork_servers = [server for server in self._former_fork_servers if not server.has_ended()]
        super().keep_subprocess_alive()

    def terminate_all(self) -> None:
        """Ask every worker to leave."""
        self._stop_listening()
        for worker in self._all_workers():
            worker.terminate()

    def join_all(self) -> None:
        """Wait for the end of every worker."""
        for worker in self._all_workers():
            worker.join()
        if self._fork_server is not None:
            self._fork_server.close()
            self._fork_server.has_ended(within=1)
        end_later(0)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        """Stop at once, even while a successor starts.

        The loop of `run` finds the signal in its queue.
        """
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


def _new_fork_server() -> ForkServer | None:
    return ForkServer(IMPORTED_ONCE) if CAN_FORK else None


def end_later(seconds: int) -> None:
    """Let the kernel end this process later; 0 cancels it."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)
