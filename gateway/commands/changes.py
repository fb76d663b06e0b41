"""The commands `changes` and `new-epoch` for the change log."""

import asyncio
import sys
from dataclasses import replace
from typing import Final

import orjson
import typer

from gateway.command_failure import CommandFailure
from gateway.commands.operator import operator_reader
from gateway.commands.running import INTERRUPTED, run
from gateway.identity.development_key import development_key
from gateway.server.startup import open_database, prepare_database
from gateway.settings.settings import Settings, load_settings
from models.connection.database import Database
from resolvers.changes.event import events
from resolvers.changes.log import begin_epoch
from resolvers.changes.read import LARGEST_FIRST, read_changes
from resolvers.errors import GatewayError
from resolvers.policy import Policy

SECONDS_BETWEEN_READS: Final = 0.5


def changes(tenant: str, after: str | None, *, follow: bool) -> None:
    """Print events until the newest, or until Ctrl-C.

    Raises CommandFailure for a cursor that cannot be used.
    """
    settings = load_settings()
    asyncio.run(prepare_database(settings, migrates=False))
    try:
        run(_print_changes(settings, tenant, after, follow=follow))
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except GatewayError as failure:
        raise CommandFailure(failure.message) from failure


def new_epoch() -> None:
    """Begin a new epoch of all tenants' change logs."""
    settings = load_settings()
    asyncio.run(prepare_database(settings, migrates=False))
    run(_begin_epoch(settings))


async def _print_changes(settings: Settings, tenant: str, after: str | None, *, follow: bool) -> None:
    database, policy = open_database(settings), _policy(settings)
    try:
        while True:
            after, has_more = await _print_batch(database, policy, tenant, after)
            if not has_more:
                if not follow:
                    return
                await asyncio.sleep(SECONDS_BETWEEN_READS)
    finally:
        await database.close()


async def _print_batch(
    database: Database, policy: Policy, tenant: str, after: str | None
) -> tuple[str, bool]:
    async with database.read() as snapshot:
        reader = operator_reader(tenant, policy, snapshot)
        batch = await read_changes(reader, after, first=LARGEST_FIRST)
        for event in await events(reader, batch):
            sys.stdout.buffer.write(orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE))
    sys.stdout.flush()
    return batch.cursor, batch.has_more


def _policy(settings: Settings) -> Policy:
    """The policy, with the secret of `serve` for cursors.

    The demo seals its cursors with the development key.
    """
    if settings.policy.cursor_secret or settings.jwks_url is not None:
        return settings.policy
    return replace(settings.policy, cursor_secret=development_key(settings.home).encode())


async def _begin_epoch(settings: Settings) -> None:
    database = open_database(settings)
    try:
        await database.write(begin_epoch)
    finally:
        await database.close()
