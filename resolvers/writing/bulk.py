"""What a bulk request may be, and elements that cannot be read."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, TypeVar

from resolvers.background import Turns
from resolvers.errors import InvalidInput, Path, TooManyElements

MAXIMUM_ELEMENTS: Final = 200
Command = TypeVar("Command")


def checked_elements(value: Any, path: Path = ()) -> list[Any]:
    """The elements of a bulk request (behaviour D44). Raises InvalidInput or TooManyElements."""
    if not isinstance(value, list):
        raise InvalidInput("An array is expected.", path=path)
    if len(value) > MAXIMUM_ELEMENTS:
        raise TooManyElements(MAXIMUM_ELEMENTS, path=path)
    return value


async def attempted_each(
    elements: Sequence[Any], read: Callable[[Any], Command]
) -> list[Command | InvalidInput]:
    """What `attempted` says of each element; the event loop gets its turn between them.

    A request has 10 MB of them, of which one has at most a quarter of a megabyte to be stored.
    """
    commands: list[Command | InvalidInput] = []
    turns = Turns()
    for element in elements:
        commands.append(attempted(partial(read, element)))
        await turns.pause()
    return commands


def attempted(read: Callable[[], Command]) -> Command | InvalidInput:
    """The command that an element of a bulk request asks for, or what is wrong with the element.

    An argument at fault is no failure of one element, and refuses the whole request.
    """
    try:
        return read()
    except InvalidInput as error:
        return error
