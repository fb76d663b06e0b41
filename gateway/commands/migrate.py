"""The command `migrate`."""

import asyncio
from functools import partial

from gateway.commands.progress import Progress
from gateway.server.startup import prepare_database
from gateway.settings.settings import load_settings


def migrate() -> None:
    """Bring the database to the schema of this version. Raises DatabaseUnusable."""
    settings = load_settings()
    with Progress("Migrating", None, unit="migrations") as progress:
        asyncio.run(prepare_database(settings, migrates=True, applied=partial(_show, progress)))


def _show(progress: Progress, migrations: int, missing: int) -> None:
    progress.expect(missing)
    progress.advance(migrations, migrations)
