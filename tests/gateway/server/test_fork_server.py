import faulthandler
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.server.fork_server import CAN_FORK, ENDED_BY_SIGNAL, ForkServer

pytestmark = [
    pytest.mark.skipif(not CAN_FORK, reason="this system cannot fork"),
    pytest.mark.slow,
]


@pytest.fixture
def fork_server() -> Iterator[ForkServer]:
    fork_server = ForkServer(["faulthandler"])
    yield fork_server
    fork_server.close()
    assert fork_server.has_ended(within=60)


def parent_of(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("PPid:"))


def test_a_process_ends_with_the_status_of_its_work(fork_server: ForkServer) -> None:
    processes = [fork_server.fork(sys.exit, status, files=[]) for status in (0, 3)]
    processes.append(fork_server.fork(os.getpid, files=[]))
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 3, 0]
    assert not any(process.is_alive() for process in processes)


def test_an_exception_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    fork_server = ForkServer([])
    process = fork_server.fork(int, "no number", files=[])
    process.join()
    fork_server.close()
    assert fork_server.has_ended(within=60)
    assert process.exitcode == 1
    assert "ValueError: invalid literal" in capfd.readouterr().err


def test_files_are_the_last_arguments(fork_server: ForkServer) -> None:
    reading, writing = os.pipe()
    fork_server.fork(faulthandler.dump_traceback, files=[writing]).join()
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        assert b"in _work" in stream.read()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_ends_a_process_and_no_other(fork_server: ForkServer, number: signal.Signals) -> None:
    ending, staying = (fork_server.fork(time.sleep, 600, files=[]) for _ in range(2))
    os.kill(ending.pid, number)
    ending.join()
    assert ending.exitcode == (128 + number if number is signal.SIGINT else ENDED_BY_SIGNAL)
    assert staying.is_alive()
    staying.join(0.01)
    assert staying.exitcode is None
    staying.kill()
    staying.join()
    assert staying.exitcode == ENDED_BY_SIGNAL


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_signals_to_all_processes_do_not_end_the_fork_server(
    fork_server: ForkServer, number: signal.Signals
) -> None:
    process = fork_server.fork(time.sleep, 600, files=[])
    os.kill(parent_of(process.pid), number)
    later = fork_server.fork(sys.exit, 5, files=[])
    later.join()
    assert (later.exitcode, fork_server.has_ended(), process.is_alive()) == (5, False, True)
    process.kill()


def test_a_fork_server_that_was_killed_forks_no_more_and_its_processes_go_on(fork_server: ForkServer) -> None:
    before = fork_server.fork(time.sleep, 600, files=[])
    os.kill(parent_of(before.pid), signal.SIGKILL)
    assert fork_server.has_ended(within=60)
    after = fork_server.fork(time.sleep, 600, files=[])
    assert (after.exitcode, before.exitcode) == (ENDED_BY_SIGNAL, None)
    before.kill()
    before.join()
    assert before.exitcode == ENDED_BY_SIGNAL


def test_what_cannot_be_imported_is_an_end(capfd: pytest.CaptureFixture[str]) -> None:
    fork_server = ForkServer(["gateway.no_such_module"])
    assert fork_server.fork(time.sleep, 600, files=[]).exitcode == ENDED_BY_SIGNAL
    assert fork_server.has_ended(within=60)
    fork_server.close()
    assert "no_such_module" in capfd.readouterr().err


def test_a_closed_fork_server_waits_for_its_processes() -> None:
    fork_server = ForkServer([])
    process = fork_server.fork(time.sleep, 600, files=[])
    fork_server.close()
    assert not fork_server.has_ended(within=0.05)
    process.kill()
    assert fork_server.has_ended(within=60)
