"""docker-compose.yml beside the settings and the command line that it speaks of."""

import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from typer.main import get_command

from gateway.cli import cli
from gateway.server.server import GRACE
from gateway.settings.settings import Settings

ROOT: Final = Path(__file__).parents[2]
SERVICES: Final[dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def test_the_gateway_starts_after_a_migration_that_starts_after_the_database() -> None:
    assert SERVICES["gateway"]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


@pytest.mark.parametrize("service", ["migrate", "gateway"])
def test_a_service_says_nothing_that_the_gateway_does_not_understand(service: str) -> None:
    name, *arguments = SERVICES[service]["command"]
    command = get_command(cli).commands[name]  # type: ignore[attr-defined]  # it is a group
    options = {option for parameter in command.params for option in parameter.opts}
    assert {argument for argument in arguments if argument.startswith("--")} <= options
    assert set(SERVICES[service]["environment"]) <= {
        f"SEGMENTS_{name.upper()}" for name in Settings.model_fields
    }


def test_requests_under_way_may_end_before_the_container_is_killed() -> None:
    assert int(SERVICES["gateway"]["stop_grace_period"].removesuffix("s")) > GRACE


def test_the_secret_has_no_default() -> None:
    secret = SERVICES["gateway"]["environment"]["SEGMENTS_TOKEN_SECRET"]
    assert re.match(r"\$\{SEGMENTS_TOKEN_SECRET:\?", secret)
