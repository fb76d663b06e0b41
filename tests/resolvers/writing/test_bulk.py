from typing import Any

import pytest

from resolvers.errors import InvalidInput, NotFound, TooManyElements
from resolvers.writing.bulk import MAXIMUM_ELEMENTS, attempted, attempted_each, checked_elements


def even(value: int) -> int:
    if value % 2:
        raise InvalidInput(f"{value} is odd.")
    return value // 2


async def test_each_element_has_its_command_or_error() -> None:
    first, second, third = await attempted_each([2, 3, 4], even)
    assert (first, third) == (1, 2)
    assert isinstance(second, InvalidInput)
    assert second.message == "3 is odd."


def test_other_errors_end_the_request() -> None:
    def fail() -> Any:
        raise NotFound("gold")

    with pytest.raises(NotFound):
        attempted(fail)


def test_a_bulk_is_an_array_of_bounded_size() -> None:
    elements = [1] * MAXIMUM_ELEMENTS
    assert checked_elements(elements) is elements
    with pytest.raises(TooManyElements) as refusal:
        checked_elements([*elements, 1], ("inputs",))
    assert refusal.value.path == ("inputs",)
    with pytest.raises(InvalidInput, match=r"An array is expected\."):
        checked_elements({})
