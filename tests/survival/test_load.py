"""A load that is killed again and again comes to the end that it would have come to at once."""

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import orjson
import pytest

from tests.gateway.commands.files import VIP, environment_of, lines_of

pytestmark = pytest.mark.slow

PROGRAM: Final = str(Path(sys.executable).with_name("segment-gateway"))
ROUNDS: Final = 600
"""They take longer than all kills together: a load that has come to its end would begin anew."""
MEMBERS: Final = 40
KILLS: Final = 6
PATIENCE: Final = 120


def _line(kind: str, **members: Any) -> dict[str, Any]:
    return {"kind": kind, **members}


def data_file() -> bytes:
    """Lines in many batches, where a line that is loaded twice leaves another version or change.

    Rules come early, so that they wait for the end; some lines are rejected.
    """
    rule = {"q": "mixins.shop.turnover:>=50"}
    lines = [{**VIP, "id": "gold", "rule": rule}]
    for number in range(ROUNDS):
        turnover = {"shop": {"turnover": number}}
        lines += [
            {**VIP, "mixins": {"round": {"number": number}}},
            _line("customer", id=f"c{number}", mixins=turnover),
            _line("customerAssignment", segmentId="nobody", customerId="anna"),
            *(
                _line(
                    "customerAssignment",
                    segmentId="vip",
                    customerId=f"m{(number * 7 + place) % 97}",
                    mixins=turnover,
                )
                for place in range(MEMBERS)
            ),
        ]
    return lines_of(lines)


class Loads:
    """Runs commands on one database."""

    def __init__(self, url: str, home: Path) -> None:
        self._environment = environment_of(url, home)

    def run(self, *arguments: object) -> subprocess.CompletedProcess[bytes]:
        command = [PROGRAM, *map(str, arguments)]
        return subprocess.run(  # noqa: S603
            command, env=self._environment, capture_output=True, check=False, timeout=PATIENCE
        )

    def killed(self, seconds: float, *arguments: object) -> bool:
        """Kill a command so long after its first line of output; whether it was still running."""
        command = [PROGRAM, *map(str, arguments)]
        with subprocess.Popen(command, env=self._environment, stderr=subprocess.PIPE) as process:  # noqa: S603
            assert process.stderr is not None
            process.stderr.readline()
            time.sleep(seconds)
            was_running = process.poll() is None
            process.kill()
        return was_running

    def state(self, tenant: str) -> tuple[list[dict[str, Any]], list[tuple[Any, ...]]]:
        """The records without times, and what the change log says of each change."""
        records = [orjson.loads(line) for line in self.run("export", "--tenant", tenant).stdout.splitlines()]
        for record in records:
            if "metadata" in record:
                record["metadata"] = record["metadata"]["version"]
        changes = [orjson.loads(line) for line in self.run("changes", "--tenant", tenant).stdout.splitlines()]
        return records, [
            (change["type"], change.get("segmentId"), change.get("customerId"), change.get("version"))
            for change in changes
        ]


def test_a_load_survives_kills(url: str, home: Path, tenant: str, tmp_path: Path) -> None:
    loads = Loads(url, home)
    source = tmp_path / "in.ndjson"
    source.write_bytes(data_file())
    other = f"{tenant[:-1]}y"
    loads.run("migrate")
    whole = loads.run("load", "--tenant", other, source)
    kills = 0

    for _ in range(KILLS):
        seconds = random.uniform(0, 0.5)  # noqa: S311  (any point)
        kills += loads.killed(seconds, "load", "--tenant", tenant, "--resume", source)
    completed = loads.run("load", "--tenant", tenant, "--resume", source)

    assert kills >= 2
    assert (whole.returncode, completed.returncode) == (1, 1), completed.stderr
    assert loads.state(tenant) == loads.state(other)
