"""The walk of docs/rest-api.md, line by line as a reader copies it, against the demo."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import orjson
import pytest

from tests.gateway.serving import PROGRAM, serving

pytestmark = pytest.mark.slow

PAGE: Final = (Path(__file__).parents[2] / "docs" / "rest-api.md").read_text()
START, *WALK = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
"""What starts the demo; then language and text of each block, a command or what it prints."""
END_OF_BLOCK: Final = "\x1e"
ANYTHING: Final = "..."
BASH: Final = shutil.which("bash")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """A reader's terminal, after what the page lets them set."""
    language, commands = START
    assert (language, commands.splitlines()[-1]) == ("sh", "uv run --no-dev segment-gateway serve --demo")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEGMENTS_")}
    return {
        **kept,
        "PATH": f"{Path(PROGRAM).parent}:{kept['PATH']}",
        "SEGMENTS_HOME": str(tmp_path_factory.mktemp("home")),
        **dict(re.findall(r"^export (\w+)='([^']*)'", commands, flags=re.MULTILINE)),
    }


@pytest.fixture(scope="module")
def printed(environment: Mapping[str, str]) -> list[str]:
    """What each block of commands prints, all of them run in one shell."""
    blocks = [text for language, text in WALK if language == "sh"]
    with serving(environment, "--demo") as (url, _):
        script = f"printf '{END_OF_BLOCK}'\n".join(["set -euo pipefail\n", *blocks])
        script = script.replace("uv run --no-dev ", "").replace("http://localhost:8000", url)
        done = subprocess.run(  # noqa: S603
            [BASH or "bash", "-c", script],
            env=environment,
            capture_output=True,
            check=False,
            text=True,
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split(END_OF_BLOCK)[1:]


@pytest.mark.skipif(BASH is None or shutil.which("curl") is None, reason="bash and curl are not on the PATH")
def test_every_command_of_the_walk_prints_what_the_page_shows(printed: list[str]) -> None:
    outputs = iter(printed)
    for (language, text), (next_language, expected) in pairwise([*WALK, ("sh", "")]):
        if language != "sh":
            continue
        output = next(outputs)
        match next_language:
            case "json":
                assert like(orjson.loads(output), orjson.loads(expected)), f"{text}\nprinted {output}"
            case "text":
                pattern = re.escape(expected).replace(re.escape(ANYTHING), ".+")
                assert re.fullmatch(pattern, output), f"{text}\nprinted {output}"
            case _:
                assert output == "", f"{text}\nprinted {output}"
    assert list(outputs) == []


def like(seen: Any, expected: Any) -> bool:
    """Equal, where `...` stands for any text."""
    match expected:
        case "...":
            return isinstance(seen, str) and bool(seen)
        case dict():
            return (
                isinstance(seen, dict)
                and seen.keys() == expected.keys()
                and all(like(seen[name], value) for name, value in expected.items())
            )
        case list():
            return isinstance(seen, list) and len(seen) == len(expected) and all(map(like, seen, expected))
        case _:
            return bool(seen == expected)
