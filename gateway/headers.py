"""Headers of a request, read where they stand: as bytes, which is all that most of them are compared with."""

from typing import Final

from starlette.types import Scope

NO_VALUE: Final = b""


def first_value(scope: Scope, name: bytes) -> bytes:
    """The header of this name, in lower case; of several the first, and nothing where there is none."""
    for one, value in scope["headers"]:
        if one == name:
            return value  # type: ignore[no-any-return]  # ASGI says bytes
    return NO_VALUE


def values(scope: Scope, name: bytes) -> list[str]:
    """Every header of this name, in lower case, in their order."""
    return [value.decode("latin-1") for one, value in scope["headers"] if one == name]
