"""`load` and `export` as processes: piped, refused, interrupted and killed."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest
from sqlalchemy import func, select

from models.connection.database import Database
from models.tables.customer_assignment import customer_assignment
from tests.gateway.commands.files import AWAY, VIP, Run, Spawn, environment_of, lines_of, members, told
from tests.gateway.programs import Programs

pytestmark = pytest.mark.slow

PROGRAM = str(Path(sys.executable).with_name("segment-gateway"))


@pytest.fixture
def spawn(programs: Programs, environment: dict[str, str]) -> Spawn:
    """Runs a command in a process of its own."""

    def spawn(*arguments: object, stdin: bytes = b"", **settings: str) -> subprocess.CompletedProcess[bytes]:
        return programs.run(*arguments, environment={**environment, **settings}, stdin=stdin)

    return spawn


@pytest.fixture
def twenty_thousand(source: Path) -> Path:
    """A data file that takes a while."""
    source.write_bytes(members(20_000))
    return source


async def stored_members(database: Database, tenant: str) -> int:
    rows = select(func.count()).where(customer_assignment.c.tenant == tenant)
    async with database.read() as snapshot:
        return int(await snapshot.value(rows))


@contextmanager
def loading(environment: dict[str, str], tenant: str, source: str) -> Iterator[subprocess.Popen[bytes]]:
    """A load that runs, in a process of its own."""
    with subprocess.Popen(  # noqa: S603
        [PROGRAM, "load", "--tenant", tenant, source],
        env=environment,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        yield process


async def wait_for_members(database: Database, tenant: str, at_least: int) -> None:
    async with asyncio.timeout(60):
        while await stored_members(database, tenant) < at_least:  # noqa: ASYNC110  # another process makes them
            await asyncio.sleep(0.002)


def test_an_export_can_be_piped_into_a_load(spawn: Spawn, run: Run, tenant: str, source: Path) -> None:
    source.write_bytes(members(3))
    run("load", "--tenant", tenant, source)

    exported = spawn("export", "--tenant", tenant)
    loaded = spawn("load", "--tenant", f"{tenant[:-1]}y", "-", stdin=exported.stdout)

    assert (exported.returncode, loaded.returncode) == (0, 0)
    assert exported.stdout.startswith(b'{"kind":"segment","id":"vip","name":{"en":"VIP"}')
    assert told(loaded.stderr)[-1] == "customerAssignment     3        3        0          0         0"


def test_an_export_into_a_pipe_that_closes_ends_quietly(
    environment: dict[str, str], run: Run, tenant: str, source: Path
) -> None:
    source.write_bytes(members(2_000))
    run("load", "--tenant", tenant, source)
    with subprocess.Popen(  # noqa: S603
        [PROGRAM, "export", "--tenant", tenant],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()

    assert (process.returncode, said) == (1, b"")


@pytest.mark.parametrize(
    ("arguments", "database_url"),
    [
        (("load", "missing.ndjson"), None),
        (("load", "."), None),
        (("export", "missing/out.ndjson"), None),
        (("export", "."), None),
        (("load", "-"), AWAY),
        (("export", "-"), AWAY),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    programs: Programs, arguments: tuple[str, ...], database_url: str | None, tmp_path: Path
) -> None:
    failure = programs.run(
        *arguments,
        "--tenant",
        "acme",
        environment=environment_of(database_url, tmp_path / "home"),
        stdin=lines_of([VIP]),
        folder=tmp_path,
    )

    assert failure.returncode == 1
    [line] = failure.stderr.decode().splitlines()
    assert line.startswith("segment-gateway: ")
    assert failure.stdout == b""
    assert {path.name for path in tmp_path.iterdir()} <= {"home"}


async def test_ctrl_c_says_what_was_kept(
    environment: dict[str, str], database: Database, tenant: str
) -> None:
    """The load waits for more of its standard input."""
    with loading(environment, tenant, "-") as process:
        assert process.stdin is not None
        process.stdin.write(members(8_500))
        process.stdin.flush()
        await wait_for_members(database, tenant, at_least=7_999)
        await asyncio.sleep(0.5)  # it has counted what it wrote, and reads again
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)

    assert process.returncode == 130
    assert told(stderr) == [
        "Interrupted. What is counted here is kept; load the rest with --resume.",
        "                     read  created  updated  unchanged  rejected",
        "segment                 1        1        0          0         0",
        "customerAssignment  7,999    7,999        0          0         0",
    ]
    assert await stored_members(database, tenant) == 7_999


async def test_a_load_that_is_killed_leaves_whole_records_and_can_be_completed(
    environment: dict[str, str], spawn: Spawn, database: Database, tenant: str, twenty_thousand: Path
) -> None:
    with loading(environment, tenant, str(twenty_thousand)) as process:
        await wait_for_members(database, tenant, at_least=2_000)
        process.kill()
    kept = spawn("export", "--tenant", tenant).stdout.splitlines()
    completed = spawn("load", "--tenant", tenant, twenty_thousand)

    assert len(kept) % 1_000 == 0, "batches are whole"
    assert 2_001 <= len(kept) < 20_001
    assert {orjson.loads(line)["metadata"]["version"] for line in kept} == {1}
    assert completed.returncode == 0
    created, unchanged = f"{20_001 - len(kept):,}", f"{len(kept) - 1:,}"
    assert told(completed.stderr)[-1].split() == [
        *("customerAssignment", "20,000", created, "0", unchanged, "0")
    ]
    assert await stored_members(database, tenant) == 20_000
