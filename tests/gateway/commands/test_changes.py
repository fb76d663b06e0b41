"""`changes` and `new-epoch`, on either database."""

import signal
import subprocess
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.gateway.commands.files import Run, members
from tests.gateway.programs import Programs
from tests.gateway.serving import PROGRAM


def events(printed: bytes | str) -> list[Any]:
    return [orjson.loads(line) for line in printed.splitlines()]


def test_each_change_is_a_line_from_the_oldest_or_behind_a_cursor(
    run: Run, tenant: str, source: Path
) -> None:
    source.write_bytes(members(3))
    run("load", "--tenant", tenant, source)

    everything = run("changes", "--tenant", tenant)
    printed = events(everything.stdout)
    rest = run("changes", "--tenant", tenant, "--after", printed[1]["cursor"])
    nothing = run("changes", "--tenant", tenant, "--after", printed[-1]["cursor"])

    assert [one.exit_code for one in (everything, rest, nothing)] == [0, 0, 0]
    assert [(one["type"], one["cause"]) for one in printed] == [
        ("customer-segment.segment-created", "IMPORT"),
        *[("customer-segment.customer-assignment-created", "IMPORT")] * 3,
    ]
    assert [one["data"].get("customer", {}).get("id") for one in printed] == [None, "c0", "c1", "c2"]
    assert events(rest.stdout) == printed[2:]
    assert nothing.stdout == ""


def test_a_tenant_without_changes_prints_nothing(run: Run, tenant: str) -> None:
    done = run("changes", "--tenant", tenant)
    assert (done.exit_code, done.stdout) == (0, "")


def test_what_is_no_cursor_is_refused(run: Run, tenant: str) -> None:
    done = run("changes", "--tenant", tenant, "--after", "x")
    assert done.exit_code == 1
    assert str(done.exception) == "This is not a cursor of changes."


@pytest.mark.slow
def test_cursors_from_before_a_new_epoch_are_unknown(
    run: Run, programs: Programs, environment: dict[str, str], tenant: str, source: Path
) -> None:
    """It concerns all tenants, so it runs where nothing holds statements against one of them."""
    source.write_bytes(members(1))
    run("load", "--tenant", tenant, source)
    before = events(run("changes", "--tenant", tenant).stdout)

    assert programs.run("new-epoch", environment=environment).returncode == 0

    refused = run("changes", "--tenant", tenant, "--after", before[0]["cursor"])
    again = events(run("changes", "--tenant", tenant).stdout)
    assert refused.exit_code == 1
    assert type(refused.exception).__name__ == "CommandFailure"
    assert [one["data"] for one in again] == [one["data"] for one in before]
    assert {one["cursor"] for one in again}.isdisjoint(one["cursor"] for one in before)


@pytest.mark.slow
def test_following_prints_what_is_written_meanwhile_until_it_is_interrupted(
    run: Run, environment: dict[str, str], tenant: str, source: Path
) -> None:
    source.write_bytes(members(1))
    run("load", "--tenant", tenant, source)
    command = [PROGRAM, "changes", "--tenant", tenant, "--follow"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout is not None
        try:
            first = [orjson.loads(process.stdout.readline()) for _ in range(2)]
            source.write_bytes(members(3))
            run("load", "--tenant", tenant, source)
            second = [orjson.loads(process.stdout.readline()) for _ in range(2)]
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 130
        finally:
            process.kill()
    assert first[0]["data"]["id"] == "vip"
    assert [one["data"]["customer"]["id"] for one in (first[1], *second)] == ["c0", "c1", "c2"]
