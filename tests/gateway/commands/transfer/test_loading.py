"""Loads that are interrupted, and go on."""

from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.commands.transfer import loading
from resolvers.transfer.load import write_batch
from tests.gateway.commands.files import VIP, Export, Run, lines_of, told

RULE = {"q": "mixins.shop.turnover:>=1000"}
ANNA = {"kind": "customer", "id": "anna", "mixins": {"shop": {"turnover": 2000}}}


def segment(id_: str, **members: Any) -> dict[str, Any]:
    return {**VIP, "id": id_, **members}


def rounds(count: int) -> list[dict[str, Any]]:
    """Lines in so many batches: each changes the segment to which the one before has assigned."""
    return [
        line
        for number in range(count)
        for line in (
            segment("vip", mixins={"round": {"n": number}}),
            {"kind": "customerAssignment", "segmentId": "vip", "customerId": f"c{number}"},
        )
    ]


class Killed(Exception):
    """The end of the process in the middle of a batch."""


@pytest.fixture
def kill_after(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Ends the load after so many batches of it were written."""

    def kill_after(batches: int | None) -> None:
        left = iter(range(batches)) if batches is not None else None

        def write(*arguments: Any) -> Awaitable[Any]:
            if left is not None and next(left, None) is None:
                raise Killed
            return write_batch(*arguments)

        monkeypatch.setattr(loading, "write_batch", write)

    return kill_after


def without_times(lines: list[bytes]) -> list[dict[str, Any]]:
    """The records without times."""
    records = [orjson.loads(line) for line in lines]
    for record in records:
        record.get("metadata", {}).pop("createdAt", None)
        record.get("metadata", {}).pop("modifiedAt", None)
    return records


def newest_change(run: Run, tenant: str) -> int:
    return len(run("changes", "--tenant", tenant).stdout.splitlines())


def test_a_load_goes_on_behind_its_last_batch(
    run: Run, tenant: str, source: Path, kill_after: Any, exported: Export
) -> None:
    source.write_bytes(lines_of(rounds(5)))
    kill_after(2)
    assert isinstance(run("load", "--tenant", tenant, source).exception, Killed)
    kill_after(1)
    again = run("load", "--tenant", tenant, "--resume", source)
    assert isinstance(again.exception, Killed)
    kill_after(None)

    completed = run("load", "--tenant", tenant, "--resume", source)

    assert told(again.stderr)[0] == "Loading goes on with line 5."
    assert completed.exit_code == 0
    assert told(completed.stderr)[0] == "Loading goes on with line 7."
    other = f"{tenant[:-1]}y"
    run("load", "--tenant", other, source)
    assert without_times(exported(tenant)) == without_times(exported(other))
    assert without_times(exported(tenant))[0]["metadata"]["version"] == 5
    assert newest_change(run, tenant) == newest_change(run, other) == 10


def test_rules_of_lines_before_the_interruption_are_set(
    run: Run, tenant: str, source: Path, kill_after: Any, exported: Export
) -> None:
    lines = [ANNA, segment("gold", rule=RULE), segment("gone", rule=RULE)]
    lines += [{**segment("gone"), "deleted": True}, *rounds(2)]
    source.write_bytes(lines_of(lines))
    kill_after(1)
    assert isinstance(run("load", "--tenant", tenant, source).exception, Killed)
    kill_after(None)

    completed = run("load", "--tenant", tenant, "--resume", source)

    assert (completed.exit_code, told(completed.stderr)[1]) == (0, "Applied 1 rule to all customers.")
    gold, vip, *members = without_times(exported(tenant))[1:]
    assert (gold["rule"]["q"], vip["id"]) == (RULE["q"], "vip")
    assert [(one["segmentId"], one["customerId"]) for one in members] == [
        ("gold", "anna"),
        ("vip", "c0"),
        ("vip", "c1"),
    ]


def test_rejected_lines_before_the_interruption_still_count(
    run: Run, tenant: str, source: Path, kill_after: Any
) -> None:
    source.write_bytes(lines_of([{"kind": "customer"}, *rounds(2)]))
    kill_after(1)
    run("load", "--tenant", tenant, source)
    kill_after(None)

    completed = run("load", "--tenant", tenant, "--resume", source)

    assert completed.exit_code == 1
    assert (
        told(completed.stderr)[0] == "Loading goes on with line 4. Of the lines before it, 1 were rejected."
    )


def test_a_file_that_changed_before_the_place_is_refused(
    run: Run, tenant: str, source: Path, kill_after: Any, exported: Export
) -> None:
    source.write_bytes(lines_of(rounds(3)))
    kill_after(1)
    run("load", "--tenant", tenant, source)
    kill_after(None)
    source.write_bytes(lines_of([segment("vip", mixins={"round": {"n": 7}}), *rounds(3)[1:]]))

    refused = run("load", "--tenant", tenant, "--resume", source)

    assert str(refused.exception) == (
        f"{source} has changed before line 3, where its load was interrupted: load it without --resume."
    )
    assert len(exported(tenant)) == 2
    assert run("load", "--tenant", tenant, source).exit_code == 0
    assert len(exported(tenant)) == 4


def test_a_load_without_resume_begins_anew(
    run: Run, tenant: str, source: Path, kill_after: Any, exported: Export
) -> None:
    source.write_bytes(lines_of(rounds(3)))
    kill_after(2)
    run("load", "--tenant", tenant, source)
    kill_after(0)
    run("load", "--tenant", tenant, source)
    kill_after(None)

    resumed = run("load", "--tenant", tenant, "--resume", source)

    assert told(resumed.stderr)[0] == "No load of this file was interrupted: loading begins with line 1."
    assert len(exported(tenant)) == 4


def test_a_finished_load_leaves_no_place(run: Run, tenant: str, source: Path) -> None:
    source.write_bytes(lines_of(rounds(3)))
    assert run("load", "--tenant", tenant, source).exit_code == 0

    resumed = run("load", "--tenant", tenant, "--resume", source)

    assert resumed.exit_code == 0
    assert told(resumed.stderr)[0] == "No load of this file was interrupted: loading begins with line 1."
