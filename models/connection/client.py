"""The client of a request: a module of its own, because it is needed where nothing else is imported."""

from typing import NamedTuple


class Client(NamedTuple):
    """The tenant and the name of the load's origin."""

    tenant: str
    name: str
