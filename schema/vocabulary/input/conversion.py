"""Converts inputs by functions made once per type.

Strawberry reads the type of every value again: 200 segments in 23 languages took 55 milliseconds of the
event loop, and 5,000 small ones ten times as many.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeVar

from strawberry.scalars import is_scalar
from strawberry.types import get_object_definition
from strawberry.types.arguments import InputContext
from strawberry.types.base import StrawberryList, StrawberryObjectDefinition, StrawberryOptional
from strawberry.types.enum import StrawberryEnumDefinition

Input = TypeVar("Input", bound=type)
Convert: TypeAlias = Callable[[Any, InputContext], Any]


def converted_at_once(type_: Input) -> Input:
    """Class decorator for the fast conversion of an input.

    Its function is made at the first value.
    """
    definition = get_object_definition(type_, strict=True)
    definition.from_input = InputConversion(type_, definition)
    return type_


class InputConversion:
    """Converts the values of an input type.

    Its fields are scalars, enums, such inputs, and lists of these.
    """

    def __init__(self, type_: type, definition: StrawberryObjectDefinition) -> None:
        self._type = type_
        self._definition = definition
        self._fields: Sequence[tuple[str, str, Convert]] | None = None

    def __call__(self, _type: type, value: Mapping[str, Any], context: InputContext) -> Any:
        """Convert an input; Strawberry calls it."""
        return self.convert(value, context)

    def of(self, type_: type, definition: StrawberryObjectDefinition) -> "InputConversion":
        """The conversion for a type.

        It is a new one if the type is made of this generic type.
        """
        return self if definition is self._definition else InputConversion(type_, definition)

    def convert(self, value: Mapping[str, Any], context: InputContext) -> Any:
        """Convert an input's value to the input.

        Missing fields keep their defaults.
        """
        fields = self._fields
        if fields is None:
            fields = self._fields = self.fields(context)
        arguments = {python: make(value[name], context) for name, python, make in fields if name in value}
        return self._type(**arguments)

    def fields(self, context: InputContext) -> Sequence[tuple[str, str, Convert]]:
        """The GraphQL name, Python name and converter of fields."""
        return [
            (
                context.config.name_converter.from_field(field),
                field.python_name,
                conversion(field.resolve_type(type_definition=self._definition), context),
            )
            for field in self._definition.fields
        ]


def conversion(type_: Any, context: InputContext) -> Convert:
    """The converter for values of a type.

    Raises TypeError for an unsupported type.
    """
    if isinstance(type_, StrawberryOptional):
        return _optional(conversion(type_.of_type, context))
    if isinstance(type_, StrawberryList):
        return _list(conversion(type_.of_type, context))
    if isinstance(type_, StrawberryEnumDefinition) or is_scalar(type_, context.scalar_registry):
        return AS_IT_IS
    definition = get_object_definition(type_)
    if definition is None or not isinstance(definition.from_input, InputConversion):
        raise TypeError(f"{type_} is not `converted_at_once`")
    return definition.from_input.of(type_, definition).convert


def _optional(convert: Convert) -> Convert:
    if convert is AS_IT_IS:
        return convert
    return lambda value, context: None if value is None else convert(value, context)


def _list(convert: Convert) -> Convert:
    if convert is AS_IT_IS:
        return lambda value, _context: list(value)
    return lambda value, context: [convert(element, context) for element in value]


def _as_it_is(value: Any, _context: InputContext) -> Any:
    return value


AS_IT_IS: Final[Convert] = _as_it_is
"""The converter of scalars and enums, which graphql-core has coerced."""
