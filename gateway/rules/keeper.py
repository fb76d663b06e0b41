"""The task of a worker that builds rules and applies the passing of time."""

import asyncio
import os
import socket
from contextlib import AbstractAsyncContextManager, nullcontext
from time import monotonic
from typing import Final

import structlog

from gateway.background_task import background_task
from gateway.settings.settings import Settings
from models.connection.database import Database
from models.connection.failure import DATABASE_FAILURES
from resolvers.rules.upkeep.keeper import RuleKeeper

SECONDS_BETWEEN_LOOKS: Final = 0.25
SECONDS_BEFORE_FIRST_LOOK: Final = 0.5
SECONDS_WITHOUT_RULES: Final = 3.0
"""Where no tenant has work, the first rule that looks at time may wait as long."""
SECONDS_AFTER_FAILURE: Final = 5.0
REST: Final = 0.25
"""Seconds without work for each second of a round: others write then, and between its steps."""
LONGEST_REST: Final = 0.5
"""Seconds: what time changes meanwhile is not later than that."""
_log = structlog.get_logger(__name__)


def keeping_rules(settings: Settings, database: Database) -> AbstractAsyncContextManager[None]:
    """Build rules and apply the passing of time for as long as the block lasts, if the settings say so.

    Of several workers one at a time does so for a tenant.
    """
    if not settings.rules:
        return nullcontext()
    name = f"{socket.gethostname()}/{os.getpid()}"
    return background_task(_run(RuleKeeper(database, settings.policy, name)))


async def _run(keeper: RuleKeeper) -> None:
    pause = SECONDS_BEFORE_FIRST_LOOK
    while True:
        await asyncio.sleep(pause)
        began = monotonic()
        try:
            pause = await _round(keeper)
        except DATABASE_FAILURES as failure:
            _log.warning("work on rules broke off", reason=str(failure))
            pause = SECONDS_AFTER_FAILURE
        except Exception:  # noqa: BLE001  (the next round may go well)
            _log.exception("work on rules failed")
            pause = SECONDS_AFTER_FAILURE
        pause = max(pause, min(REST * (monotonic() - began), LONGEST_REST))


async def _round(keeper: RuleKeeper) -> float:
    """One step for each tenant with work; seconds until the next round."""
    is_left = False
    tenants = await keeper.tenants_with_work()
    for tenant in tenants:
        try:
            if await keeper.take_lease(tenant):
                is_left |= await keeper.work_on(tenant)
        except DATABASE_FAILURES as failure:
            _log.warning("work on rules broke off", tenant=tenant, reason=str(failure))
        except Exception:  # noqa: BLE001  (a fault with one tenant does not stop the others)
            _log.exception("work on rules failed", tenant=tenant)
    if is_left:
        return 0.0
    return SECONDS_BETWEEN_LOOKS if tenants else SECONDS_WITHOUT_RULES
