"""The client of a request.

A module of its own: the command `token` needs it without asyncio.
"""

from typing import NamedTuple


class Client(NamedTuple):
    """The tenant and the name of the load's origin."""

    tenant: str
    name: str
