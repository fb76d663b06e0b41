"""Processes forked from one with the application imported.

None of them imports it again. A fork server has no threads, connections or event loop: nothing that a forked
process could not go on with. Linux only. Elsewhere (macOS) libraries of the system may crash in a process
that was forked.
"""

import os
import pickle
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing.connection import wait
from types import FrameType
from typing import Final, Never

from gateway.server.garbage import importing

CAN_FORK: Final = sys.platform == "linux"
ENDED_BY_SIGNAL: Final = -1
"""The exit status of a forked process that a signal has ended."""
LARGEST_REQUEST: Final = 100_000
"""Bytes of a pickled function and a few values."""
MOST_FILES: Final = 8
FOR_OTHERS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""Signals that a terminal or a service manager sends to all processes: the fork server outlives them.

They are blocked and not ignored, so that one that comes to a forked process early is not lost.
"""


class ForkedProcess:
    """A forked process, as seen by the fork server's parent.

    `sentinel` is the reading end of a pipe: something can be read from it when the process has ended.
    """

    def __init__(self, pid: int, sentinel: int) -> None:
        self.pid = pid
        self.sentinel = sentinel
        self._exitcode: int | None = None

    @property
    def exitcode(self) -> int | None:
        """Its exit status, ENDED_BY_SIGNAL, or None while it runs."""
        self.join(0)
        return self._exitcode

    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self.exitcode is None

    def join(self, timeout: float | None = None) -> None:
        """Wait for its end, for at most `timeout` seconds."""
        if self._exitcode is None and wait([self.sentinel], timeout):
            status = os.read(self.sentinel, 1)
            os.close(self.sentinel)
            self._exitcode = status[0] if status else ENDED_BY_SIGNAL

    def kill(self) -> None:
        """End it with SIGKILL."""
        if self.is_alive():
            os.kill(self.pid, signal.SIGKILL)


class ForkServer:
    """A process that forks others on request.

    It has the environment, the open streams and the code of its start.
    """

    def __init__(self, modules: Sequence[str]) -> None:
        """Begin to import `modules` in the background.

        Nothing waits for that before the first fork.
        """
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        program = (
            f"import sys; sys.path[:] = {sys.path!r}; "
            f"from gateway.server.fork_server import serve_forks; serve_forks({theirs.fileno()}, {modules!r})"
        )
        with theirs, _blocked_signals():
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-c", program], pass_fds=[theirs.fileno()]
            )

    def fork(self, work: Callable[..., object], *arguments: object, files: Sequence[int]) -> ForkedProcess:
        """Run a module's function in a new process.

        Its last arguments are copies of open files. Returns when the process has begun. It has ended already,
        by a signal, where the fork server has.
        """
        reading, writing = os.pipe()
        try:
            socket.send_fds(self._control, [pickle.dumps((work, arguments))], [writing, *files])
            pid = int.from_bytes(self._control.recv(8), "big")
        except OSError:
            pid = 0
        finally:
            os.close(writing)
        return ForkedProcess(pid, reading)

    def close(self) -> None:
        """Fork no more.

        The fork server ends when all its forked processes have ended.
        """
        self._control.close()

    def has_ended(self, within: float = 0) -> bool:
        """Whether the fork server ends within some seconds."""
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            return False
        return True


@contextmanager
def _blocked_signals() -> Iterator[None]:
    """Block the signals for a process started here.

    They are blocked from its first moment.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, FOR_OTHERS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def serve_forks(control_file: int, modules: Sequence[str]) -> Never:
    """Import the modules, then fork on request.

    It does so until the parent closes its end or ends.
    """
    with importing():
        for module in modules:
            import_module(module)
    signal.signal(signal.SIGCHLD, _reap)
    with socket.socket(fileno=control_file) as control:
        while True:
            request, files, _, _ = socket.recv_fds(control, LARGEST_REQUEST, MOST_FILES)
            if not request:
                break
            pid = os.fork()
            if pid == 0:
                control.close()
                _work(request, files)
            for file in files:
                os.close(file)
            control.send(pid.to_bytes(8, "big"))
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with suppress(ChildProcessError):
        while True:
            os.wait()
    os._exit(0)


def _reap(_signal: int, _frame: FrameType | None) -> None:
    """Reap ended processes; their parent reads its pipe."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def _work(request: bytes, files: Sequence[int]) -> Never:
    """Do the requested work, then exit.

    Nothing runs that the end of the fork server would do.
    """
    status_file, *work_files = files
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, FOR_OTHERS)
        work, arguments = pickle.loads(request)  # noqa: S301  (from the parent)
        work(*arguments, *work_files)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        status = 128 + signal.SIGINT
    except BaseException:  # noqa: BLE001  (nothing else would show it)
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(status_file, bytes([status & 0xFF]))
        os._exit(status)
