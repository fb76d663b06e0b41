"""What a long command shows of its progress: lines at intervals, where stderr is no terminal."""

import time

import pytest

from gateway.commands.progress import Progress


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock; tests set its one value."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_a_line_is_written_every_few_seconds(
    seconds: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with Progress("Loading", 2_000) as progress:
        for moment, records in ((104.0, 100), (105.5, 200), (106.0, 300), (111.0, 400)):
            seconds[0] = moment
            progress.advance(records, records)
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.splitlines() == ["Loading: 200 records (10%)", "Loading: 400 records (20%)"]


def test_the_unit_is_the_commands_and_the_total_may_come_later(
    seconds: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with Progress("Migrating", None, unit="migrations") as progress:
        seconds[0] = 106.0
        progress.advance(1)
        progress.expect(4)
        seconds[0] = 112.0
        progress.advance(2, 2)
    assert capsys.readouterr().err.splitlines() == [
        "Migrating: 1 migrations",
        "Migrating: 2 migrations (50%)",
    ]
