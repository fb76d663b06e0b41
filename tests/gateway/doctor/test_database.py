"""Findings on the database."""

from pathlib import Path

import pytest

from gateway.doctor.clock import clock_finding
from gateway.doctor.database import check_database
from gateway.doctor.finding import Finding, State
from gateway.settings.settings import Settings
from models.connection.database import Database


async def findings_on(url: str, pool_size: int = 10) -> list[Finding]:
    settings = Settings(database_url=url, pool_size=pool_size)
    return [finding async for finding in check_database(settings)]


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def close_to_others(database: Database) -> None:
    """Give the file of SQLite the permissions that the gateway gives it."""
    if database.is_sqlite:
        Path(database.engine.url.database or "").chmod(0o600)


async def test_a_database_in_order(database: Database) -> None:
    close_to_others(database)
    findings = await findings_on(url_of(database))
    assert {finding.state for finding in findings} == {State.OK}
    subjects = [finding.subject for finding in findings]
    assert subjects == ["database", *([] if database.is_sqlite else ["clock"]), "schema"]


async def test_a_database_without_tables(empty_database_url: str) -> None:
    findings = await findings_on(empty_database_url)
    if empty_database_url.startswith("sqlite"):
        path = empty_database_url.partition("///")[2]
        again = await findings_on(empty_database_url)
        assert [finding.text for finding in findings + again] == [
            f"SQLite will be made at {path} when the gateway starts"
        ] * 2
    else:
        assert findings[-1] == Finding(
            "schema",
            State.FAULT,
            "the database has not the schema of this version",
            "run `segment-gateway migrate`",
        )


async def test_a_pool_larger_than_the_server(database: Database) -> None:
    findings = await findings_on(url_of(database), pool_size=1000)
    faults = [finding.text for finding in findings if finding.state is State.FAULT]
    if database.is_sqlite:
        assert faults == []
    else:
        [fault] = faults
        assert fault.endswith("connections, a process wants 1000")


async def test_a_database_that_is_not_there() -> None:
    [finding] = await findings_on("postgresql+asyncpg://nobody:hidden@127.0.0.1:1/none")
    assert (finding.subject, finding.state) == ("database", State.FAULT)
    assert finding.text.startswith("cannot be used: ")
    assert "hidden" not in repr(finding)


async def test_a_file_that_others_may_open(tmp_path: Path) -> None:
    path = tmp_path / "open.db"
    path.touch(0o600)
    path.chmod(0o644)
    first, *_ = await findings_on(f"sqlite+aiosqlite:///{path}")
    assert first == Finding(
        "database", State.WARNING, f"other users of this machine may open {path}", f"chmod 600 {path}"
    )


@pytest.mark.parametrize(
    ("here", "state", "text"),
    [
        (1_000.5, State.OK, "1970-01-01T00:16:40Z, which the database confirms"),
        (1_003.0, State.WARNING, "this machine is 3.0 s ahead of the database"),
        (990.0, State.WARNING, "this machine is 10.0 s behind the database"),
    ],
)
def test_clocks_are_compared(here: float, state: State, text: str) -> None:
    finding = clock_finding(here, 1_000.0, "the database", 1.0)
    assert (finding.state, finding.text) == (state, text)
