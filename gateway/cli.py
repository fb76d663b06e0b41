"""The command line: `segment-gateway serve | migrate | load | export | token | schema`."""

import asyncio
import os
import sys
from typing import Annotated

import typer

from gateway.claims import TENANT
from gateway.demo import demo_greeting, fill_demo
from gateway.development_key import development_key
from gateway.logs import configure_logs
from gateway.loopback import is_loopback
from gateway.scopes import KNOWN_SCOPES, parse_scopes
from gateway.server import CannotListen, run_server
from gateway.settings import NO_KEY, InvalidSettings, Settings, load_settings
from gateway.startup import DatabaseUnusable, open_database, prepare_database, warn_of_short_secrets
from gateway.tokens import issue_token
from gateway.tracing.switch import TelemetryMissing, require_telemetry
from gateway.transfer import export, load
from models.migrate import SchemaOutdated

cli = typer.Typer(
    name="segment-gateway",
    help="GraphQL and REST over the customer segments of a shop. Settings are SEGMENTS_... variables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

FAILURES = (InvalidSettings, SchemaOutdated, DatabaseUnusable, CannotListen, OSError)
"""What whoever runs the command can put right: one line, no traceback."""


def main() -> None:
    """The entry point. Ends with 2 where the command or the installation is wrong, with 1 if it failed."""
    try:
        cli()
    except TelemetryMissing as failure:
        typer.echo(f"segment-gateway: {failure}", err=True)
        sys.exit(2)
    except FAILURES as failure:
        sys.exit(f"segment-gateway: {failure}")


@cli.command()
def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that share the port.")] = 1,
    demo: Annotated[
        bool,
        typer.Option(
            "--demo", help="Fill an empty database with an invented shop, print queries and tokens to try."
        ),
    ] = False,
    migrate: Annotated[
        bool, typer.Option("--migrate", help="Migrate the database first (SQLite does so by itself).")
    ] = False,
) -> None:
    """Serve GraphQL and REST over HTTP."""
    settings = load_settings()
    require_telemetry()
    _trust_somebody(settings, host=host, demo=demo)
    configure_logs(settings.log_format)
    warn_of_short_secrets(settings)
    asyncio.run(prepare_database(settings, migrates=migrate))
    if demo:
        os.environ["SEGMENTS_DEMO"] = "true"
        asyncio.run(_fill_demo(settings))
    if not run_server(host, port, workers, _greet if demo else None, send_timeout=settings.send_timeout):
        sys.exit(1)


@cli.command()
def migrate() -> None:
    """Bring the database to the schema of this version; harmless where it is already there."""
    asyncio.run(prepare_database(load_settings(), migrates=True))
    typer.echo("The database has the schema of this version.")


cli.command()(load)
cli.command()(export)


@cli.command()
def token(
    *,
    tenant: Annotated[str, typer.Option(help="The tenant that the token speaks for.")],
    scope: Annotated[str, typer.Option(help=f"Scopes, separated by spaces: {', '.join(KNOWN_SCOPES)}.")],
    customer: Annotated[str | None, typer.Option(help="Customer id, for segment_read_own.")] = None,
    legal_entity: Annotated[str | None, typer.Option(help="Legal entity that the customer acts for.")] = None,
    expires_in: Annotated[int, typer.Option(min=1, help="Seconds until the token expires.")] = 3600,
) -> None:
    """Print a token, signed with SEGMENTS_TOKEN_SECRET, or else with the development key."""
    if not TENANT.fullmatch(tenant):
        raise typer.BadParameter(
            "3 to 16 lower-case letters and digits, a letter first", param_hint="'--tenant'"
        )
    try:
        scopes = parse_scopes(scope)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="'--scope'") from None
    settings = load_settings()
    typer.echo(
        issue_token(
            _signing_secret(settings),
            tenant,
            scopes,
            customer_id=customer,
            legal_entity_id=legal_entity,
            expires_in=expires_in,
            issuer=settings.token_issuer,
            audience=settings.token_audience,
        )
    )


@cli.command()
def schema() -> None:
    """Print the GraphQL schema (SDL)."""
    from schema.root import schema as graphql_schema  # noqa: PLC0415  (takes a second; no other command needs it)

    typer.echo(graphql_schema.as_str())


async def _fill_demo(settings: Settings) -> None:
    database = open_database(settings)
    try:
        if not await fill_demo(database, settings.policy):
            typer.echo("The database holds records already, so the demo adds none.")
    finally:
        await database.close()


def _greet(url: str) -> None:
    # Read again: the development key has become the secret by now.
    typer.echo(demo_greeting(url, load_settings()))


def _trust_somebody(settings: Settings, *, host: str, demo: bool) -> None:
    """Refuse to serve where nothing says which tokens to trust; in a demo, trust the development key."""
    if settings.token_secret is not None or settings.jwks_url is not None:
        return
    if not demo:
        raise InvalidSettings(NO_KEY)
    if not is_loopback(host):
        raise InvalidSettings(
            f"--demo trusts a development key, so it listens on a loopback address only, not on {host}: "
            "leave out --host, or set SEGMENTS_TOKEN_SECRET"
        )
    # The environment is how settings travel to the worker processes.
    os.environ["SEGMENTS_TOKEN_SECRET"] = development_key(settings.home)


def _signing_secret(settings: Settings) -> str:
    if settings.jwks_url is not None:
        raise InvalidSettings(
            "tokens come from the identity provider of SEGMENTS_JWKS_URL; none can be made here"
        )
    if settings.token_secret is not None:
        return settings.token_secret.get_secret_value()
    return development_key(settings.home)
