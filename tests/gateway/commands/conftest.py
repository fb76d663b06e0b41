from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import cli
from models.connection.database import Database
from tests.gateway.commands.files import Export, Run, environment_of


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
def source(tmp_path: Path) -> Path:
    """A data file to be."""
    return tmp_path / "in.ndjson"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where an export goes."""
    return tmp_path / "out.ndjson"


@pytest.fixture
def exported(run: Run, target: Path) -> Export:
    """Exports a tenant; its lines."""

    def exported(tenant: str) -> list[bytes]:
        assert run("export", "--tenant", tenant, target).exit_code == 0
        return target.read_bytes().splitlines(keepends=True)

    return exported
