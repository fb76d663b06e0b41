"""The id of a request, in its log lines and its response."""

import random
import re
from typing import Final

from starlette.types import Scope

from rest_compat.wire.headers import first_value

HEADER: Final = b"x-request-id"
WELL_FORMED: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")


def request_id_of(scope: Scope) -> str:
    """The client's own X-Request-Id if it is well-formed, else a new one."""
    value = first_value(scope, HEADER)
    return value.decode() if value and WELL_FORMED.fullmatch(value) else f"{random.getrandbits(128):032x}"
