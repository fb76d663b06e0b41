"""The command line as people run it: real processes."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import httpx
import jwt
import orjson
import pytest
from typer.testing import CliRunner

from gateway.cli import cli
from gateway.identity.scopes import parse_scopes
from resolvers.caller import Scope
from schema.root import schema
from tests.gateway.programs import Programs
from tests.gateway.serving import PROGRAM, serving

pytestmark = pytest.mark.slow

SECRET = "0123456789abcdef0123456789abcdef"

Run: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has set nothing but where things are kept."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEGMENTS_")}
    return {**kept, "SEGMENTS_HOME": str(tmp_path / "home")}


@pytest.fixture
def run(programs: Programs, environment: dict[str, str]) -> Run:
    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        done = programs.run(*arguments, environment={**environment, **settings})
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    return run


def test_serve_refuses_to_start_where_nothing_says_which_tokens_to_trust(run: Run) -> None:
    done = run("serve")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "segment-gateway: nothing says which tokens to trust: set SEGMENTS_TOKEN_SECRET (at least 32 bytes; "
        "`openssl rand -hex 32` makes a good one), or SEGMENTS_JWKS_URL of your identity provider, "
        "or try it out with --demo\n"
    )


def test_a_demo_is_not_for_the_network(run: Run, environment: dict[str, str]) -> None:
    done = run("serve", "--demo", "--host", "0.0.0.0")  # noqa: S104  # which is what is refused
    assert done.returncode == 1
    assert "it listens on a loopback address only, not on 0.0.0.0" in done.stderr
    assert not Path(environment["SEGMENTS_HOME"]).exists()


def test_a_demo_trusts_the_tokens_of_its_home(run: Run, environment: dict[str, str]) -> None:
    with serving(environment, "--demo") as (url, process):
        token = run("token", "--tenant", "acme", "--scope", "segment_read").stdout.strip()
        answer = httpx.post(
            f"{url}/graphql",
            json={"query": "{ viewer { tenant } }"},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert (answer.status_code, answer.json()) == (200, {"data": {"viewer": {"tenant": "acme"}}})
        assert httpx.get(f"{url}/readyz").json() == {"status": "ready"}
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=30)
    assert process.returncode == -signal.SIGTERM
    events = [orjson.loads(line) for line in rest.splitlines()]
    assert "Application shutdown complete." in [event["event"] for event in events]
    assert token not in rest
    [request] = [event for event in events if event.get("path") == "/graphql"]
    assert (request["status"], request["tenant"]) == (200, "acme")
    key = Path(environment["SEGMENTS_HOME"]) / "development.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_several_workers_share_a_port(environment: dict[str, str]) -> None:
    with serving(environment, "--demo", "--workers", "2") as (url, process):
        assert httpx.get(f"{url}/readyz").status_code == 200
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_a_database_is_migrated_once_asked(empty_database_url: str, run: Run) -> None:
    database = {"SEGMENTS_DATABASE_URL": empty_database_url, "SEGMENTS_TOKEN_SECRET": SECRET}
    if empty_database_url.startswith("postgresql"):
        refused = run("serve", "--port", "0", **database)
        assert refused.returncode == 1
        assert refused.stderr == (
            "segment-gateway: the database has not the schema of this version: "
            "run `segment-gateway migrate`, or start with `segment-gateway serve --migrate`\n"
        )
    for _ in range(2):
        done = run("migrate", **database)
        assert (done.returncode, done.stdout, done.stderr) == (
            0,
            "The database has the schema of this version.\n",
            "",
        )


def test_a_port_that_is_taken_is_named(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--demo", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr == (
        f"segment-gateway: cannot listen on 127.0.0.1 port {port}: Address already in use\n"
    )


def test_serve_warns_of_short_client_secrets(environment: dict[str, str]) -> None:
    clients = [
        {"client_id": f"c{size}", "client_secret": "hunter2".ljust(size, "x"), "tenant": "acme"}
        | {"scopes": ["segment_read"]}
        for size in (7, 31, 32)
    ]
    settings = {"SEGMENTS_OAUTH_CLIENTS": orjson.dumps(clients).decode(), "SEGMENTS_TOKEN_SECRET": SECRET}
    process = subprocess.Popen(  # noqa: S603
        [PROGRAM, "serve", "--port", "0"],
        env={**environment, **settings, "SEGMENTS_LOG_FORMAT": "json"},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    warnings = []
    for line in process.stderr:
        event = orjson.loads(line)
        warnings += [event] if event["level"] == "warning" else []
        assert "hunter2" not in line
        if event["event"] == "Application startup complete.":
            break
    process.terminate()
    process.communicate(timeout=60)
    assert [(event["event"], event["client_id"]) for event in warnings] == [
        ("client secret is short", "c7"),
        ("client secret is short", "c31"),
    ]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"SEGMENTS_DATABASE_URL": "postgresql+asyncpg://u:hunter2@127.0.0.1:1/nothing"},
            "SEGMENTS_DATABASE_URL: the database cannot be used: ",
        ),
        ({"SEGMENTS_POOL_SIZE": "many"}, "SEGMENTS_POOL_SIZE: input should be a valid integer"),
        ({"SEGMENTS_HOME": "/dev/null/x"}, "the folder of the database /dev/null/x/segments.db cannot be"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run: Run, settings: dict[str, str], message: str) -> None:
    done = run("migrate", **settings)
    assert done.returncode == 1
    assert done.stderr.startswith(f"segment-gateway: {message}")
    assert done.stderr.count("\n") == 1
    assert "hunter2" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["serve", "--port", "x"], "Invalid value for '--port'"),
        (["serve", "--workers", "0"], "Invalid value for '--workers'"),
        (["token", "--tenant", "acme"], "Missing option '--scope'"),
        (["token", "--tenant", "Acme", "--scope", "segment_read"], "3 to 16 lower-case letters and digits"),
        (
            ["token", "--tenant", "acme", "--scope", "segment_raed"],
            "unknown scope segment_raed; there are segment_read, segment_read_own, segment_manage",
        ),
        (["token", "--tenant", "acme", "--scope", "segment_read", "--expires-in", "0"], "--expires-in"),
        (["surf"], "No such command 'surf'"),
    ],
)
def test_a_wrong_command_ends_with_2(arguments: list[str], message: str) -> None:
    done = CliRunner().invoke(cli, arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in re.sub(r"\s+", " ", done.stderr)


def test_token_prints_the_token_and_nothing_else() -> None:
    done = CliRunner(env={"SEGMENTS_TOKEN_SECRET": SECRET, "SEGMENTS_TOKEN_ISSUER": "us"}).invoke(
        cli,
        [
            *("token", "--tenant", "acme", "--scope", "segment_read_own customersegment.segment_manage"),
            *("--customer", "c-1", "--legal-entity", "le-1", "--expires-in", "60"),
        ],
    )
    assert (done.exit_code, done.stderr) == (0, "")
    claims = jwt.decode(done.stdout.removesuffix("\n"), SECRET, algorithms=["HS256"])
    assert claims.pop("exp") - claims.pop("iat") == 60
    assert claims == {
        "iss": "us",
        "sub": "c-1",
        "tenant": "acme",
        "scope": "customersegment.segment_read_own customersegment.segment_manage",
        "customerId": "c-1",
        "legalEntityId": "le-1",
    }


def test_no_token_is_made_in_the_name_of_an_identity_provider(run: Run) -> None:
    done = run("token", "--tenant", "acme", "--scope", "segment_read", SEGMENTS_JWKS_URL="https://idp/keys")
    assert (done.returncode, done.stdout) == (1, "")
    assert "tokens come from the identity provider of SEGMENTS_JWKS_URL" in done.stderr


@pytest.mark.parametrize("arguments", ["--help", "token --help", "token --tenant acme --scope segment_read"])
def test_help_and_token_start_without_server_schema_and_database(
    environment: dict[str, str], arguments: str
) -> None:
    heavy = "'alembic', 'graphql', 'httpx', 'rich', 'sqlalchemy', 'starlette', 'strawberry', 'uvicorn'"
    script = (
        "import sys; from gateway.cli import cli; cli(standalone_mode=False); "
        f"print({{{heavy}}} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script, *arguments.split()],
        env=environment,
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    assert done.stdout
    assert done.stderr == "set()\n"


def test_a_token_needs_no_settings_but_its_own(run: Run) -> None:
    done = run("token", "--tenant", "acme", "--scope", "segment_read", SEGMENTS_POOL_SIZE="many")
    assert (done.returncode, done.stderr) == (0, "")


def test_schema_prints_the_sdl() -> None:
    done = CliRunner().invoke(cli, ["schema"])
    assert (done.exit_code, done.stdout) == (0, f"{schema.as_str()}\n")


@pytest.mark.parametrize("text", ["", "  ", "read", "segment_read nope", "other.segment_read"])
def test_unknown_scopes_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="there are segment_read, segment_read_own, segment_manage"):
        parse_scopes(text)


def test_scopes_may_be_written_short_or_in_full() -> None:
    assert parse_scopes("segment_read, customersegment.segment_manage") == (Scope.READ, Scope.MANAGE)
