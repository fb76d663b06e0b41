"""The command `serve`."""

import asyncio
import os

import typer

from gateway.commands.demo import demo_greeting, fill_demo
from gateway.identity.development_key import development_key
from gateway.identity.loopback import is_loopback
from gateway.observability.logs import configure_logs
from gateway.observability.tracing.switch import require_telemetry
from gateway.server.server import run_server
from gateway.server.startup import open_database, prepare_database, warn_of_short_secrets
from gateway.settings.settings import NO_KEY, Settings, load_settings
from gateway.settings.source import InvalidSettings


def serve(host: str, port: int, workers: int, *, demo: bool, migrates: bool) -> bool:
    """Serve until a signal arrives.

    Return whether serving began. Raises CommandFailure.
    """
    settings = load_settings()
    require_telemetry()
    _require_key(settings, host=host, demo=demo)
    configure_logs(settings.log_format)
    warn_of_short_secrets(settings)
    asyncio.run(prepare_database(settings, migrates=migrates))
    if demo:
        os.environ["SEGMENTS_DEMO"] = "true"
        asyncio.run(_fill_demo(settings))
    return run_server(
        host,
        port,
        workers,
        _greet if demo else None,
        send_timeout=settings.send_timeout,
        largest_message=settings.max_graphql_body,
    )


def _require_key(settings: Settings, *, host: str, demo: bool) -> None:
    """Require a key to verify tokens with.

    The demo uses the development key. Raises InvalidSettings.
    """
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
