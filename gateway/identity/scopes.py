"""Scopes of a command line."""

from typing import Final

from resolvers.caller import Scope

SERVICE = "customersegment."
KNOWN_SCOPES: Final = tuple(scope.removeprefix(SERVICE) for scope in Scope)


def parse_scopes(text: str) -> tuple[Scope, ...]:
    """Parse scopes separated by spaces or commas.

    `segment_read` is short for the full name. Raises ValueError, which names the scopes that exist.
    """
    names = text.replace(",", " ").split()
    foreign = [name for name in names if name.removeprefix(SERVICE) not in KNOWN_SCOPES]
    if foreign or not names:
        problem = f"unknown scope {', '.join(foreign)}" if foreign else "no scope given"
        raise ValueError(f"{problem}; there are {', '.join(KNOWN_SCOPES)}")
    return tuple(Scope(f"{SERVICE}{name.removeprefix(SERVICE)}") for name in names)
