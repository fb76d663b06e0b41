"""A filter on one attribute in mixins."""

from collections.abc import Iterable
from typing import Any

import strawberry
from strawberry.scalars import JSON

from models.filter.compile import MOST_VALUES, TOO_MANY_VALUES
from models.filter.parse import LONGEST_QUERY
from models.filter.tree import Absent, AnyOf, Compare, Condition, Literal, Operator, Path, Present
from resolvers.errors import InvalidArgument
from resolvers.values.text import require_short
from schema.filter.value import WITHIN_LAST, WITHIN_NEXT, within
from schema.vocabulary.input.conversion import converted_at_once


@converted_at_once
@strawberry.input(
    description="A filter on one attribute in mixins. A number also equals a text that writes it, and a date "
    "or date-time the texts that mean the same instant. An array satisfies a member if one element does."
)
class MixinFilter:
    path: str = strawberry.field(
        description="The mixin's name and those below it, with dots: `shop.lastOrder`."
    )
    eq: JSON | None = strawberry.field(
        default=None, description="Is this text, number or boolean; a text that is an instant, this instant."
    )
    in_: list[JSON] | None = strawberry.field(
        default=None, name="in", description="Equals one of these; an empty list matches nothing."
    )
    lt: JSON | None = strawberry.field(
        default=None,
        description="Is less: numbers with numbers, instants with instants (`2026-01-31`, `now-P30D`), "
        "else texts.",
    )
    lte: JSON | None = strawberry.field(default=None, description="Is less or equal.")
    gt: JSON | None = strawberry.field(default=None, description="Is greater.")
    gte: JSON | None = strawberry.field(default=None, description="Is greater or equal.")
    within_last: str | None = strawberry.field(default=None, description=WITHIN_LAST)
    within_next: str | None = strawberry.field(default=None, description=WITHIN_NEXT)
    exists: bool | None = strawberry.field(
        default=None, description="true: has a value that is not null; false: has none."
    )

    def conditions(self, path: Path) -> Iterable[Condition]:
        """The conditions on the attribute.

        `path` is the path of the mixins. Raises InvalidArgument.
        """
        attribute = (*path, *_names(self.path))
        compared = {
            Operator.EQUAL: self.eq,
            Operator.LESS: self.lt,
            Operator.AT_MOST: self.lte,
            Operator.GREATER: self.gt,
            Operator.AT_LEAST: self.gte,
        }
        for operator, value in compared.items():
            if value is not None:
                yield Compare(attribute, operator, _literal(value))
        yield from within(attribute, self.within_last, self.within_next)
        if self.in_ is not None:
            if len(self.in_) > MOST_VALUES:
                raise InvalidArgument(TOO_MANY_VALUES, path=("where",))
            yield AnyOf(attribute, tuple(map(_literal, self.in_)))
        if self.exists is not None:
            yield Present(attribute) if self.exists else Absent(attribute)


def _names(path: str) -> Path:
    require_short([path], ("where",), length=LONGEST_QUERY)
    names = tuple(path.split("."))
    if not all(names):
        message = "The path of a mixin filter is the mixin's name and those below it: shop.lastOrder."
        raise InvalidArgument(message, path=("where",))
    return names


def _literal(value: Any) -> Literal:
    """A literal as `q` writes it.

    Texts are in quotes, other values are bare.
    """
    match value:
        case bool():
            return Literal("true" if value else "false", quoted=False)
        case int() | float():
            return Literal(repr(value), quoted=False)
        case str():
            require_short([value], ("where",), length=LONGEST_QUERY)
            return Literal(value)
        case _:
            raise InvalidArgument(
                "A mixin filter compares with a text, a number or a boolean.", path=("where",)
            )
