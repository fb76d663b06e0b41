"""The operations of docs/automatic-segments.md, on the REST API and on GraphQL."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import orjson
import pytest
from graphql import build_schema, parse, validate

from gateway.commands.demo import DEMO_TENANT
from gateway.identity.tokens import issue_token
from resolvers.caller import Scope
from schema.root import schema
from tests.gateway.serving import PROGRAM, serving

PAGE: Final = (Path(__file__).parents[2] / "docs" / "automatic-segments.md").read_text()
BLOCKS: Final = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
[COMMANDS] = [text for language, text in BLOCKS if language == "sh"]
OPERATIONS: Final = [text for language, text in BLOCKS if language == "graphql"]
SECRET: Final = "a secret that only the tests know"
BASH: Final = shutil.which("bash")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_is_valid_on_the_schema(operation: str) -> None:
    assert validate(build_schema(schema.as_str()), parse(operation)) == []


@pytest.mark.slow
@pytest.mark.skipif(BASH is None or shutil.which("curl") is None, reason="bash and curl are not on the PATH")
def test_the_commands_set_a_rule_and_remove_it(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEGMENTS_")}
    environment = {
        **kept,
        "PATH": f"{Path(PROGRAM).parent}:{kept['PATH']}",
        "SEGMENTS_HOME": str(tmp_path),
        "SEGMENTS_TOKEN_SECRET": SECRET,
        "TOKEN": issue_token(SECRET, DEMO_TENANT, [Scope.READ, Scope.MANAGE]),
    }
    with serving(environment, "--demo") as (url, _):
        done = subprocess.run(  # noqa: S603
            [
                BASH or "bash",
                "-euo",
                "pipefail",
                "-c",
                COMMANDS.replace("curl -s", "curl -s -w '\\n%{http_code}\\n'"),
            ],
            env={**environment, "SEGMENTS": f"{url}/customer-segment/{DEMO_TENANT}/segments"},
            capture_output=True,
            check=False,
            text=True,
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (0, "")
    printed = done.stdout.split("\n")
    assert [line for line in printed if line.isdigit()] == ["200", "204", "200", "207", "204", "204"]
    preview, rule, released = (orjson.loads(line) for line in printed if line.startswith(("{", "[")))
    assert (preview["matches"], preview["joins"], len(preview["forecast"])) == (3, 0, 7)
    assert (rule["q"], rule["state"]) == ("mixins.shop.turnover:>=1000", "ACTIVE")
    assert released == [{"index": 1, "code": 204, "status": "OK"}]
