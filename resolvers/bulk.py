"""What a bulk request may be, and elements that cannot be read."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

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


def attempted(read: Callable[[], Command]) -> Command | InvalidInput:
    """The command that an element of a bulk request asks for, or what is wrong with the element.

    An argument at fault is no failure of one element, and refuses the whole request.
    """
    try:
        return read()
    except InvalidInput as error:
        return error
