"""`load` and `export` as people run them: real processes, on either database."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import orjson
import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner, Result

from gateway.cli import cli
from models.customer_assignment import customer_assignment
from models.database import Database
from models.migrate import SchemaOutdated

PROGRAM = str(Path(sys.executable).with_name("segment-gateway"))
AWAY = "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"
VIP = {"kind": "segment", "id": "vip", "name": {"en": "VIP"}, "siteCode": "main"}
REAL_DATA = "SEGMENTS_TEST_DATA_FILE"
"""Names a data file of a real shop; the test of it is skipped without."""

Run: TypeAlias = Callable[..., Result]
Spawn: TypeAlias = Callable[..., subprocess.CompletedProcess[bytes]]


def environment_of(database_url: str | None, home: Path) -> dict[str, str]:
    """The environment of somebody who works on this database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEGMENTS_")}
    chosen = {} if database_url is None else {"SEGMENTS_DATABASE_URL": database_url}
    return {**kept, **chosen, "SEGMENTS_HOME": str(home), "COLUMNS": "200"}


@pytest.fixture
def environment(database: Database, tmp_path: Path) -> dict[str, str]:
    return environment_of(database.engine.url.render_as_string(hide_password=False), tmp_path / "home")


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """Runs a command in this process."""

    def run(*arguments: object, **settings: str) -> Result:
        return CliRunner().invoke(cli, [*map(str, arguments)], env={**environment, **settings})

    return run


@pytest.fixture
def spawn(environment: dict[str, str]) -> Spawn:
    """Runs a command in a process of its own."""

    def spawn(*arguments: object, stdin: bytes = b"", **settings: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(  # noqa: S603
            [PROGRAM, *map(str, arguments)],
            env={**environment, **settings},
            input=stdin,
            capture_output=True,
            check=False,
            timeout=120,
        )

    return spawn


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A data file to be."""
    return tmp_path / "in.ndjson"


@pytest.fixture
def twenty_thousand(source: Path) -> Path:
    """A data file that takes a while."""
    source.write_bytes(members(20_000))
    return source


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where an export goes."""
    return tmp_path / "out.ndjson"


def lines_of(records: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records)


def members(count: int) -> bytes:
    """The segment, and so many customers in it."""
    assigned = (
        {"kind": "customerAssignment", "segmentId": "vip", "customerId": f"c{n}"} for n in range(count)
    )
    return lines_of([VIP, *assigned])


async def stored_members(database: Database, tenant: str) -> int:
    rows = select(func.count()).where(customer_assignment.c.tenant == tenant)
    async with database.read() as snapshot:
        return int(await snapshot.value(rows))


def told(stderr: bytes | str) -> list[str]:
    """The lines on standard error, but for the time that it took."""
    text = stderr if isinstance(stderr, str) else stderr.decode()
    return [line for line in text.splitlines() if " records in " not in line]


def test_a_file_is_loaded_and_exported(run: Run, tenant: str, source: Path, target: Path) -> None:
    source.write_bytes(members(3))

    loaded = run("load", "--tenant", tenant, source)
    exported = run("export", "--tenant", tenant, target)
    again = run("load", "--tenant", tenant, target)

    assert [one.exit_code for one in (loaded, exported, again)] == [0, 0, 0]
    assert told(loaded.stderr) == [
        "                    read  created  updated  unchanged  rejected",
        "segment                1        1        0          0         0",
        "customerAssignment     3        3        0          0         0",
    ]
    assert told(exported.stderr) == [
        "                    written",
        "segment                   1",
        "customerAssignment        3",
    ]
    assert told(again.stderr)[1:] == [
        "segment                1        0        0          1         0",
        "customerAssignment     3        0        0          3         0",
    ]
    assert loaded.stdout + exported.stdout + again.stdout == ""
    assert len(target.read_bytes().splitlines()) == 4
    assert {path.name for path in target.parent.iterdir()} - {"home"} == {"in.ndjson", "out.ndjson"}


def test_an_export_can_be_piped_into_a_load(spawn: Spawn, run: Run, tenant: str, source: Path) -> None:
    source.write_bytes(members(3))
    run("load", "--tenant", tenant, source)

    exported = spawn("export", "--tenant", tenant)
    loaded = spawn("load", "--tenant", f"{tenant[:-1]}y", "-", stdin=exported.stdout)

    assert (exported.returncode, loaded.returncode) == (0, 0)
    assert exported.stdout.startswith(b'{"kind":"segment","id":"vip","name":{"en":"VIP"}')
    assert told(loaded.stderr)[-1] == "customerAssignment     3        3        0          0         0"


def test_every_rejected_line_is_named_and_the_status_says_so(run: Run, tenant: str, source: Path) -> None:
    source.write_bytes(
        b"\n".join(
            [
                lines_of([VIP]).strip(),
                b'{"kind":"customerAssignment","segmentId":"nobody","customerId":"anna"}',
                b'{"kind":"product","id":"p1","categoryIds":["a","b/\\u001b[31m"]}',
                b'{"kind":"segment","id":"x","siteCode":"m","name":{"en":"X"},"mixins":{"\\u001b[31m":1}}',
                b'"nonsense"',
                b'{"kind":"customer","id":"anna"}',
            ]
        )
    )

    loaded = run("load", "--tenant", tenant, source)

    assert loaded.exit_code == 1
    assert told(loaded.stderr) == [
        "line 2: customerAssignment: segmentId: The segment with id nobody does not exist.",
        "line 3: product: categoryIds[1]: An id has 1 to 128 characters without / and control characters.",
        "line 4: segment: mixins.\\u001b[31m: A mixin is an object.",
        "line 5: An object is expected.",
        "                    read  created  updated  unchanged  rejected",
        "customer               1        1        0          0         0",
        "product                1        0        0          0         1",
        "segment                2        1        0          0         1",
        "customerAssignment     1        0        0          0         1",
        "(unreadable)           1        0        0          0         1",
    ]


def test_nothing_is_loaded_from_nothing(run: Run, tenant: str, source: Path, target: Path) -> None:
    source.touch()
    loaded = run("load", "--tenant", tenant, source)
    exported = run("export", "--tenant", tenant, target)

    assert (loaded.exit_code, told(loaded.stderr)) == (0, [])
    assert loaded.stderr.startswith("0 records in ")
    assert (exported.exit_code, target.read_bytes()) == (0, b"")


@pytest.mark.parametrize("tenant", ["ab", "Acme", "1acme", "acme-shop", "a" * 17, ""])
@pytest.mark.parametrize("command", [("load", "-"), ("export",)])
def test_a_tenant_that_cannot_be_is_refused(command: tuple[str, ...], tenant: str) -> None:
    refused = CliRunner().invoke(cli, [*command, "--tenant", tenant])
    assert refused.exit_code == 2
    assert "3 to 16 lower-case letters and digits, a letter first" in refused.stderr


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
    arguments: tuple[str, ...], database_url: str | None, tmp_path: Path
) -> None:
    failure = subprocess.run(  # noqa: S603
        [PROGRAM, *arguments, "--tenant", "acme"],
        env=environment_of(database_url, tmp_path / "home"),
        cwd=tmp_path,
        input=lines_of([VIP]),
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert failure.returncode == 1
    [line] = failure.stderr.decode().splitlines()
    assert line.startswith("segment-gateway: ")
    assert failure.stdout == b""
    assert {path.name for path in tmp_path.iterdir()} <= {"home"}


def test_a_postgresql_without_tables_is_refused_and_a_sqlite_gets_them(
    run: Run, tenant: str, empty_database_url: str, source: Path
) -> None:
    source.write_bytes(lines_of([VIP]))

    loaded = run("load", "--tenant", tenant, source, SEGMENTS_DATABASE_URL=empty_database_url)

    if empty_database_url.startswith("sqlite"):
        assert loaded.exit_code == 0
    else:
        assert isinstance(loaded.exception, SchemaOutdated)
        assert "run `segment-gateway migrate`" in str(loaded.exception)


def test_an_export_replaces_a_file_whole_and_keeps_who_may_read_it(
    run: Run, tenant: str, source: Path, target: Path
) -> None:
    source.write_bytes(lines_of([VIP]))
    run("load", "--tenant", tenant, source)
    target.write_text("older\n")
    target.chmod(0o600)
    link = target.with_name("link.ndjson")
    link.symlink_to(target)

    assert run("export", "--tenant", tenant, link).exit_code == 0

    assert link.is_symlink()
    assert target.read_bytes().startswith(b'{"kind":"segment","id":"vip"')
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_an_export_that_fails_leaves_the_older_file(run: Run, tenant: str, target: Path) -> None:
    target.write_text("older\n")

    assert run("export", "--tenant", tenant, target, SEGMENTS_DATABASE_URL=AWAY).exit_code == 1

    assert target.read_text() == "older\n"
    assert {path.name for path in target.parent.iterdir()} == {"out.ndjson"}


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


async def test_ctrl_c_says_what_was_kept(
    environment: dict[str, str], database: Database, tenant: str
) -> None:
    """The load waits for more of its standard input."""
    with loading(environment, tenant, "-") as process:
        assert process.stdin is not None
        process.stdin.write(members(1_500))
        process.stdin.flush()
        await wait_for_members(database, tenant, at_least=999)
        await asyncio.sleep(0.5)  # it has counted what it wrote, and reads again
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)

    assert process.returncode == 130
    assert told(stderr) == [
        "Interrupted. What is counted here is kept; load the file again for the rest.",
        "                    read  created  updated  unchanged  rejected",
        "segment                1        1        0          0         0",
        "customerAssignment   999      999        0          0         0",
    ]
    assert await stored_members(database, tenant) == 999


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


@pytest.mark.skipif(REAL_DATA not in os.environ, reason=f"{REAL_DATA} names no file")
def test_the_data_of_a_real_shop_comes_back_as_it_went_in(run: Run, tenant: str, target: Path) -> None:
    source = Path(os.environ[REAL_DATA])
    given = {key_of(record): record for record in map(orjson.loads, source.read_bytes().splitlines())}

    assert run("load", "--tenant", tenant, source).exit_code == 0
    assert run("export", "--tenant", tenant, target).exit_code == 0
    exported = target.read_bytes()
    records = [orjson.loads(line) for line in exported.splitlines()]

    assert len(records) == len(given)
    for record in records:
        said = {name: value for name, value in given[key_of(record)].items() if value not in (None, {}, [])}
        assert {**record, **said} == record
    assert run("load", "--tenant", tenant, source).exit_code == 0
    assert run("load", "--tenant", tenant, target).exit_code == 0
    assert run("export", "--tenant", tenant, target).exit_code == 0
    assert target.read_bytes() == exported


def key_of(record: dict[str, Any]) -> tuple[Any, ...]:
    """The members by which a record is known."""
    names = ("kind", "id", "segmentId", "customerId", "legalEntityId", "type", "itemId")
    return tuple(record.get(name) for name in names)
