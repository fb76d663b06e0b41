import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import parse, validate
from typer.main import get_command

from gateway.cli import cli
from gateway.settings.settings import Settings
from resolvers.errors import GatewayError
from resolvers.policy import Policy
from resolvers.transfer.kind import KINDS_BY_NAME
from resolvers.transfer.line import read_lines
from schema.root import schema

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)


def test_the_readme_names_no_setting_that_does_not_exist() -> None:
    names = set(re.findall(r"SEGMENTS_[A-Z_]+[A-Z]", README))
    assert names >= {"SEGMENTS_DATABASE_URL", "SEGMENTS_TOKEN_SECRET"}
    of_tests = {name for name in names if name.startswith("SEGMENTS_TEST_")}
    assert names - of_tests <= {f"SEGMENTS_{field.upper()}" for field in Settings.model_fields}


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "rest-and-graphql.md"])
def test_every_query_of_a_page_is_valid(page: Path) -> None:
    """Those of rest-and-graphql.md share fragments, and are run by tests of their own."""
    for query in blocks(page.read_text(), "graphql"):
        assert validate(schema._schema, parse(query)) == []  # noqa: SLF001  (Strawberry has no other way to it)


def test_the_readme_shows_every_command_with_its_options() -> None:
    [shown] = [block for block in blocks(README, "text") if block.startswith("segment-gateway ")]
    lines = [line.removeprefix("segment-gateway ") for line in shown.splitlines()]
    assert {
        re.findall(r"^[a-z-]+(?: [a-z][a-z-]*)*", line)[0]: set(re.findall(r"--[a-z-]+", line))
        for line in lines
    } == {name: set(options) for name, options in options_by_command(get_command(cli))}


def options_by_command(group: Any, above: str = "") -> Iterator[tuple[str, list[str]]]:
    """Each command, with the group that it is in, and its options."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from options_by_command(command, f"{above}{name} ")
        if command.params or not hasattr(command, "commands"):
            yield (
                f"{above}{name}",
                [option for one in command.params for option in one.opts if option.startswith("--")],
            )


def test_the_readme_shows_a_record_of_every_kind_that_can_be_loaded() -> None:
    [records] = blocks(README, "json")
    lines = list(read_lines(io.BytesIO(records.encode()), Policy()))
    assert [line.command for line in lines if isinstance(line.command, GatewayError)] == []
    assert [line.kind.name for line in lines if line.kind] == list(KINDS_BY_NAME)
