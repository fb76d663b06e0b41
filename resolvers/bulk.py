"""What a bulk request may be."""

from typing import Any, Final

from resolvers.errors import InvalidInput, Path, TooManyElements

MAXIMUM_ELEMENTS: Final = 200


def checked_elements(value: Any, path: Path = ()) -> list[Any]:
    """The elements of a bulk request (behaviour D44). Raises InvalidInput or TooManyElements."""
    if not isinstance(value, list):
        raise InvalidInput("An array is expected.", path=path)
    if len(value) > MAXIMUM_ELEMENTS:
        raise TooManyElements(MAXIMUM_ELEMENTS, path=path)
    return value
