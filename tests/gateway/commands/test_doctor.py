"""`segment-gateway doctor`: what it prints, and how it ends."""

from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner, Result

from gateway.cli import cli

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"SEGMENTS_HOME": str(tmp_path), "SEGMENTS_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'db'}"}


def doctor(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["doctor", *arguments], env=environment)


def test_faults_end_it_with_1_and_have_a_remedy_each(environment: dict[str, str]) -> None:
    done = doctor(environment)
    assert done.exit_code == 1
    assert "fault    keys: no key verifies tokens\n         -> set SEGMENTS_TOKEN_SECRET" in done.stdout


def test_warnings_do_not(environment: dict[str, str], tmp_path: Path) -> None:
    done = doctor({**environment, "SEGMENTS_TOKEN_SECRET": SECRET, "SEGMENTS_POOLSIZE": "3"}, "--json")
    findings = [orjson.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert {"subject": "settings", "state": "warning", "remedy": "did you mean SEGMENTS_POOL_SIZE?"} in [
        {name: finding[name] for name in ("subject", "state", "remedy")} for finding in findings
    ]
    assert not (tmp_path / "db").exists(), "nothing is made"
