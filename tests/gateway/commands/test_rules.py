"""Rules on the command line: loaded, exported, listed and checked, on either database."""

import asyncio
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import update
from typer.testing import Result

from models.connection.database import Database
from models.tables.rule import segment_rule
from tests.gateway.commands.files import VIP, Run, lines_of, told

BIG = {"where": {"mixin": {"path": "shop.turnover", "gte": 2}}, "subject": "CUSTOMER", "timeZone": "UTC"}


def customer(id_: str, turnover: int) -> dict[str, Any]:
    return {"kind": "customer", "id": id_, "mixins": {"shop": {"turnover": turnover}}}


SHOP = lines_of(
    [
        {**VIP, "rule": BIG},
        {**VIP, "id": "x", "rule": {"q": 'firstName:"\x1b"', "paused": True}},
        *(customer(id_, turnover) for id_, turnover in (("a", 3), ("b", 2), ("c", 1), ("d", 5))),
        {"kind": "customerExclusion", "segmentId": "vip", "customerId": "d"},
        {"kind": "customerAssignment", "segmentId": "vip", "customerId": "c"},
    ]
)


def test_rules_are_applied_at_the_end_of_a_load(run: Run, tenant: str, source: Path, target: Path) -> None:
    source.write_bytes(SHOP)
    loaded = run("load", "--tenant", tenant, source)
    assert loaded.exit_code == 0
    assert told(loaded.stderr) == [
        "Applied 1 rule to all customers.",
        "                    read  created  updated  unchanged  rejected",
        "customer               4        4        0          0         0",
        "segment                2        2        0          0         0",
        "customerExclusion      1        1        0          0         0",
        "customerAssignment     1        1        0          0         0",
        "rule                   2        2        0          0         0",
    ]
    run("export", "--tenant", tenant, target)
    exported = target.read_bytes()
    assert len(exported.splitlines()) == 10
    again = run("load", "--tenant", tenant, target)
    assert told(again.stderr)[-1] == "rule                   2        0        0          2         0"
    run("export", "--tenant", tenant, target)
    assert target.read_bytes() == exported


def test_a_rule_that_cannot_be_set_is_named(run: Run, tenant: str, source: Path) -> None:
    source.write_bytes(lines_of([{**VIP, "rule": {"q": "inSegment:vip"}}]))
    loaded = run("load", "--tenant", tenant, source)
    assert loaded.exit_code == 1
    assert told(loaded.stderr)[0] == (
        "line 1: segment: rule.q: Rules may not ask for each other in a circle: vip -> vip."
    )


def test_rules_are_listed_and_checked(run: Run, tenant: str, source: Path) -> None:
    def listing(*options: str) -> Result:
        return run("rules", "--tenant", tenant, *options)

    assert listing().stdout == "There are no rules.\n"
    source.write_bytes(SHOP)
    run("load", "--tenant", tenant, source)

    listed = listing("--check")
    [heading, vip, paused, checked] = listed.stdout.splitlines()
    assert heading.split("  ")[0] == "segment"
    assert vip.split()[:6] == ["vip", "ACTIVE", "100%", "2", "1", "1"]
    assert vip.endswith('{"mixin":{"gte":2,"path":"shop.turnover"}}')
    assert paused.split()[:6] == ["x", "PAUSED", "100%", "0", "0", "0"]
    assert paused.endswith('firstName:"\\u001b"')
    assert (checked, listed.exit_code) == ("Members are those of a rebuild.", 0)

    source.write_bytes(lines_of([customer("a", 0), customer("e", 9)]))
    run("load", "--tenant", tenant, source, SEGMENTS_RULES="false")
    checked_again = listing("--check")
    assert checked_again.exit_code == 1
    assert checked_again.stdout.splitlines()[-2:] == ["vip: e should be a member", "vip: a should be none"]
    [first, _] = map(orjson.loads, listing("--check", "--json").stdout.splitlines())
    assert first.pop("evaluatedTo").endswith("Z")
    assert first == {
        "segmentId": "vip",
        "state": "ACTIVE",
        "progress": 1.0,
        "automatic": 2,
        "byHand": 1,
        "excluded": 1,
        **BIG,
        "missing": [{"customerId": "e"}],
        "wrong": [{"customerId": "a"}],
    }


def test_a_rule_that_cannot_be_read_is_listed(
    run: Run, tenant: str, source: Path, environment: dict[str, str]
) -> None:
    source.write_bytes(SHOP)
    run("load", "--tenant", tenant, source)
    asyncio.run(spoil(environment["SEGMENTS_DATABASE_URL"], tenant))

    listed = run("rules", "--tenant", tenant, "--check")
    [_, vip, *_, checked] = listed.stdout.splitlines()
    assert vip.split()[:6] == ["vip", "PAUSED", "100%", "2", "1", "1"]
    assert "cannot be read: where.phone: There is no such member." in vip
    assert (checked, listed.exit_code) == ("Members are those of a rebuild.", 0)
    error = orjson.loads(run("rules", "--tenant", tenant, "--json").stdout.splitlines()[0])["error"]
    assert error.startswith("where.phone: There is no such member. Members: id, ")


async def spoil(url: str, tenant: str) -> None:
    """Store a rule as another version would."""
    database = Database(url)
    is_vip = segment_rule.c.tenant == tenant, segment_rule.c.segment_id == "vip"
    spoiled = update(segment_rule).where(*is_vip).values(condition={"phone": 1})
    await database.write(lambda transaction: transaction.write(spoiled))
    await database.close()
