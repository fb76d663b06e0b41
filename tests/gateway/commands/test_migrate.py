"""The command `migrate`: its progress goes to stderr, and only where it takes long."""

import pytest
from typer.testing import CliRunner

from gateway.cli import cli
from gateway.commands import progress
from models.schema_version import NEWEST_MIGRATION

SECRET = "0123456789abcdef0123456789abcdef"
REVISIONS = int(NEWEST_MIGRATION)


@pytest.mark.parametrize(
    ("between_lines", "lines"),
    [
        (
            -1.0,
            [
                f"Migrating: {number} migrations ({number / REVISIONS:.0%})"
                for number in range(1, REVISIONS + 1)
            ],
        ),
        (3_600.0, []),
    ],
)
def test_it_tells_how_many_migrations_are_done(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch, between_lines: float, lines: list[str]
) -> None:
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", between_lines)
    environment = {"SEGMENTS_DATABASE_URL": empty_database_url, "SEGMENTS_TOKEN_SECRET": SECRET}
    first = CliRunner().invoke(cli, ["migrate"], env=environment)
    assert (first.exit_code, first.stdout) == (0, "The database has the schema of this version.\n")
    assert first.stderr.splitlines() == lines
    again = CliRunner().invoke(cli, ["migrate"], env=environment)
    assert (again.exit_code, again.stdout, again.stderr) == (0, first.stdout, "")
