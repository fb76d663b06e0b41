"""Health and readiness of the process."""

from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from models.connection.failure import DatabaseUnavailable, StatementTimeout
from models.connection.standby.replica import Replica
from models.schema_version import schema_is_current
from rest_compat.wire.request_state import database_of, replica_of
from rest_compat.wire.responses import json_response

READINESS_TIME: Final = 1.75
"""Seconds for the database to respond: health checks often wait for two."""


async def healthz(_request: Request) -> Response:
    """Respond while the process runs."""
    return json_response({"status": "ok"})


class Readiness:
    """The readiness check of the process.

    It also names what the settings turn off.
    """

    def __init__(self, applies_rules: bool) -> None:
        self._ready = {"status": "ready"} if applies_rules else {"status": "ready", "rules": "off"}

    async def answer(self, request: Request) -> Response:
        """Check the database and its schema version."""
        reason = await _reason_not_to_serve(request)
        if reason is None:
            replica = replica_of(request.scope)
            return json_response(
                self._ready if replica is None else {**self._ready, "replica": _state(replica)}
            )
        return json_response({"status": "not ready", "reason": reason}, HTTPStatus.SERVICE_UNAVAILABLE)


async def _reason_not_to_serve(request: Request) -> str | None:
    try:
        is_current = await schema_is_current(database_of(request.scope), READINESS_TIME)
    except (DatabaseUnavailable, StatementTimeout) as error:
        return str(error)
    return None if is_current else "the database has not the schema of this version"


def _state(replica: Replica) -> str:
    """Whether reads go to the standby; without it the process is as ready as with it."""
    if not replica.is_available:
        return "not used"
    return "used" if replica.is_in_recovery else "used, promoted"
