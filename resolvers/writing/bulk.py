"""Reads the elements of bulk requests."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, TypeVar

from resolvers.background import Turns
from resolvers.errors import InvalidInput, Path, TooManyElements

MAXIMUM_ELEMENTS: Final = 200
Command = TypeVar("Command")


def checked_elements(value: Any, path: Path = ()) -> list[Any]:
    """The elements of a bulk request (behaviour D44).

    Raises InvalidInput or TooManyElements.
    """
    if not isinstance(value, list):
        raise InvalidInput("An array is expected.", path=path)
    if len(value) > MAXIMUM_ELEMENTS:
        raise TooManyElements(MAXIMUM_ELEMENTS, path=path)
    return value


async def attempted_each(
    elements: Sequence[Any], read: Callable[[Any], Command]
) -> list[Command | InvalidInput]:
    """The result of `attempted` for each element.

    The event loop runs other tasks between elements. A request has up to 10 MB of them; an element to be
    stored has at most a quarter of a megabyte.
    """
    commands: list[Command | InvalidInput] = []
    turns = Turns()
    for element in elements:
        commands.append(attempted(partial(read, element)))
        await turns.pause()
    return commands


def attempted(read: Callable[[], Command]) -> Command | InvalidInput:
    """The command of an element, or its InvalidInput.

    An invalid argument is not a failure of one element, and refuses the whole request.
    """
    try:
        return read()
    except InvalidInput as error:
        return error
