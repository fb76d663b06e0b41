"""`segment-gateway rules preview`: what it prints, and what it refuses in one line."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import cli
from gateway.command_failure import CommandFailure
from models.connection.database import Database
from tests.gateway.commands.files import environment_of

RECENT = {"where": {"mixin": {"path": "shop.last", "withinLast": "P10D"}}}
SHOWN = """\
           3  satisfy the rule
           2  would join
           0  would leave
           1  do not satisfy it and stay: a client assigned them
           0  satisfy it and stay out: a client took them out

Joining:
  ada  Ada Byron
  bea

What time alone will change in 12 days (UTC):
  2036-03-06           0 join           1 leave
  2036-03-09           0 join           1 leave
"""


class Commands:
    """Runs commands in this process, for one tenant."""

    def __init__(self, environment: dict[str, str], tenant: str, folder: Path) -> None:
        self._environment = environment
        self._tenant = tenant
        self._folder = folder

    def __call__(self, *arguments: str) -> Result:
        arguments = (*arguments, "--tenant", self._tenant)
        return CliRunner().invoke(cli, arguments, env=self._environment)

    def load(self, *records: dict[str, Any]) -> None:
        """Load a data file."""
        assert self("load", self.file("data.ndjson", *records)).exit_code == 0

    def file(self, name: str, *lines: object) -> str:
        """The name of a file with these lines of JSON."""
        path = self._folder / name
        path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
        return str(path)


@pytest.fixture
def commands(database: Database, tenant: str, tmp_path: Path) -> Commands:
    url = database.engine.url.render_as_string(hide_password=False)
    made = Commands(environment_of(url, tmp_path / "home"), tenant, tmp_path)
    made.load(
        {"kind": "customer", "id": "ada", "firstName": "Ada", "lastName": "Byron", "mixins": day(25)},
        {"kind": "customer", "id": "bea", "mixins": day(28)},
        {"kind": "customer", "id": "cleo", "mixins": day(1)},
        {"kind": "customer", "id": "dora", "mixins": day(26)},
        {"kind": "segment", "id": "s", "name": {"en": "S"}, "siteCode": "main"},
        {"kind": "customerAssignment", "segmentId": "s", "customerId": "cleo"},
        {"kind": "customerAssignment", "segmentId": "s", "customerId": "dora"},
    )
    return made


def day(number: int) -> dict[str, Any]:
    return {"shop": {"last": f"2036-02-{number:02}"}}


def preview(commands: Commands, *arguments: str) -> Result:
    return commands("rules", "preview", *arguments)


def test_a_preview_is_printed_for_people(commands: Commands) -> None:
    rule = commands.file("rule.json", RECENT)
    options = ("--segment", "s", "--at", "2036-03-01T12:00:00Z", "--days", "12")
    assert preview(commands, *options, "--rule", rule).stdout == SHOWN
    assert preview(commands, *options, "--q", "mixins.shop.last:>now-P10D").stdout == SHOWN


def test_a_preview_is_printed_as_the_document_of_rest(commands: Commands) -> None:
    options = ("--segment", "s", "--at", "2036-03-01T12:00:00Z", "--days", "2", "--json")
    printed = preview(commands, *options, "--q", "mixins.shop.last:>now-P10D").stdout
    assert printed.count("\n") == 1
    document = json.loads(printed)
    cursor = document["joining"].pop("cursor")
    assert cursor
    assert document == {
        "matches": 3,
        "joins": 2,
        "leaves": 0,
        "keptByHand": 1,
        "excluded": 0,
        "joining": {
            "customers": [
                {"customer": {"id": "ada", "firstName": "Ada", "lastName": "Byron"}},
                {"customer": {"id": "bea"}},
            ],
            "hasMore": False,
        },
        "leaving": {"customers": [], "hasMore": False},
        "forecast": [
            {"date": "2036-03-01", "joins": 0, "leaves": 0},
            {"date": "2036-03-02", "joins": 0, "leaves": 0},
        ],
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--segment", "s"], "Give either --rule or --q."),
        (["--segment", "s", "--q", "phone:1"], "q: There is no field 'phone' in customers."),
        (["--segment", "none", "--q", "id:a"], "segmentId: The resource with id none has not been found."),
        (["--segment", "s", "--q", "id:a", "--at", "9999-01-01T00:00:00Z"], "at: A year from 1970 to 7999."),
    ],
)
def test_what_cannot_be_previewed_is_said_in_one_line(
    commands: Commands, arguments: list[str], message: str
) -> None:
    failure = preview(commands, *arguments).exception
    assert isinstance(failure, CommandFailure)
    assert str(failure).startswith(message)
