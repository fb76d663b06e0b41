"""Checks of the standby that reads are sent to."""

import time
from collections.abc import AsyncIterator
from typing import Final

from gateway.doctor.finding import Finding, ok, warning
from gateway.server.replica import close_databases
from gateway.server.startup import failure_line, open_database
from gateway.settings.settings import Settings
from models.connection.standby.read import SERVER_FAILURES
from models.connection.standby.replica import Replica

REPLICA: Final = "replica"
UNUSED: Final = "reads go to the primary until this is mended: check SEGMENTS_REPLICA_URL"


async def check_replica(settings: Settings) -> AsyncIterator[Finding]:
    """Yield the findings on the standby of the settings, if they name one.

    They are those for which the gateway uses it, or does not.
    """
    if settings.replica_url is None:
        return
    database = open_database(settings)
    replica = Replica(database, settings.replica_url, settings.engine_options)
    try:
        began = time.perf_counter()
        problem = await replica.problem()
        milliseconds = (time.perf_counter() - began) * 1_000
        if problem is not None:
            yield warning(REPLICA, f"is not used: {problem}", UNUSED)
        elif replica.is_in_recovery:
            yield ok(REPLICA, f"a hot standby of the database answers after {milliseconds:.0f} ms")
        else:
            remedy = "point SEGMENTS_DATABASE_URL to it, and SEGMENTS_REPLICA_URL to a standby"
            yield warning(
                REPLICA, "is no standby, but a primary itself: it takes no load from another", remedy
            )
    except SERVER_FAILURES as failure:
        yield warning(REPLICA, f"cannot be used: {failure_line(failure)}", UNUSED)
    finally:
        await close_databases(database, replica)
