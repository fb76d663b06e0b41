"""Findings on the standby. Real ones are in `tests/models/connection/test_replica.py`."""

from gateway.doctor.finding import Finding, State
from gateway.doctor.replica import UNUSED, check_replica
from gateway.settings.settings import Settings
from models.connection.database import Database
from tests.gateway.doctor.test_database import url_of


async def findings_on(url: str, replica_url: str | None) -> list[Finding]:
    settings = Settings(database_url=url, replica_url=replica_url)
    return [finding async for finding in check_replica(settings)]


async def test_without_a_replica_there_is_nothing_to_say(database: Database) -> None:
    assert await findings_on(url_of(database), None) == []


async def test_a_replica_that_is_a_primary(postgres_url: str, database: Database) -> None:
    if database.is_sqlite:
        return
    [finding] = await findings_on(postgres_url, postgres_url)
    assert finding == Finding(
        "replica",
        State.WARNING,
        "is no standby, but a primary itself: it takes no load from another",
        "point SEGMENTS_DATABASE_URL to it, and SEGMENTS_REPLICA_URL to a standby",
    )


async def test_a_replica_that_is_not_there(postgres_url: str) -> None:
    [finding] = await findings_on(postgres_url, "postgresql+asyncpg://nobody:hidden@127.0.0.1:1/none")
    assert (finding.subject, finding.state, finding.remedy) == ("replica", State.WARNING, UNUSED)
    assert finding.text.startswith("cannot be used: ")
    assert "hidden" not in repr(finding)


async def test_a_replica_without_the_tables(postgres_url: str, database: Database) -> None:
    if database.is_sqlite:
        return
    [finding] = await findings_on(postgres_url, postgres_url.rpartition("/")[0] + "/template1")
    assert finding.state is State.WARNING
