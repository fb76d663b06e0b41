"""`load` and `export`, in this process, on either database."""

import os
import stat
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from gateway.cli import cli
from gateway.server.startup import DatabaseUnusable
from tests.gateway.commands.files import AWAY, VIP, Run, lines_of, members, told

REAL_DATA = "SEGMENTS_TEST_DATA_FILE"
"""Names a data file of a real shop; the test of it is skipped without."""


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


MISSPELT = lines_of(
    [
        {"kind": "category", "id": "tools"},
        {"kind": "category", "id": "saws", "parent_id": "tools"},
        {"kind": "category", "id": "axes", "parent_id": "tools", "validity": {"form": None}},
        {"kind": "product", "id": "saw", "\n\x1b[31m": 1},
    ]
)


def test_unknown_members_are_counted_and_named(run: Run, tenant: str, source: Path) -> None:
    source.write_bytes(MISSPELT)

    loaded = run("load", "--tenant", tenant, source)

    assert loaded.exit_code == 0
    assert told(loaded.stderr)[1:] == [
        "category     3        3        0          0         0",
        "product      1        1        0          0         0",
        "Unknown members; --strict rejects the lines that have them:",
        "  category: parent_id: 2 lines, first on line 2; did you mean parentId?",
        "  category: validity.form: line 3; did you mean validity.from?",
        "  product: \\u000a\\u001b[31m: line 4",
    ]


def test_strict_rejects_lines_with_unknown_members(run: Run, tenant: str, source: Path) -> None:
    source.write_bytes(MISSPELT)

    loaded = run("load", "--strict", "--tenant", tenant, source)

    assert loaded.exit_code == 1
    assert told(loaded.stderr)[:6] == [
        "line 2: category: parent_id: There is no such member. Did you mean parentId?",
        "line 3: category: parent_id: There is no such member. Did you mean parentId?",
        "line 4: product: \\u000a\\u001b[31m: There is no such member.",
        "          read  created  updated  unchanged  rejected",
        "category     3        1        0          0         2",
        "product      1        0        0          0         1",
    ]


def test_a_file_of_unknown_members_is_reported_in_few_lines(run: Run, tenant: str, source: Path) -> None:
    products = [{"kind": "product", "id": f"p{number}", f"x{number}" * 9: 1} for number in range(150)]
    source.write_bytes(lines_of([{**products[0], "y" * 1_000_000: 1}, *products[1:]]))

    said = told(run("load", "--tenant", tenant, source).stderr)

    assert len(said) == 104
    assert said[4] == f"  product: {'y' * 100}: line 1"
    assert said[-1] == "  and others, 51 times"


def test_deleted_records_are_counted(run: Run, tenant: str, source: Path) -> None:
    source.write_bytes(members(2) + lines_of([{**VIP, "deleted": True, "forceDelete": True}]))

    loaded = run("load", "--tenant", tenant, source)

    assert loaded.exit_code == 0
    assert told(loaded.stderr) == [
        "                    read  created  updated  unchanged  deleted  rejected",
        "segment                2        1        0          0        1         0",
        "customerAssignment     2        2        0          0        0         0",
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


def test_a_postgresql_without_tables_is_refused_and_a_sqlite_gets_them(
    run: Run, tenant: str, empty_database_url: str, source: Path
) -> None:
    source.write_bytes(lines_of([VIP]))

    loaded = run("load", "--tenant", tenant, source, SEGMENTS_DATABASE_URL=empty_database_url)

    if empty_database_url.startswith("sqlite"):
        assert loaded.exit_code == 0
    else:
        assert isinstance(loaded.exception, DatabaseUnusable)
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
