"""Whether a rule can be set, and whether a stored one can be read."""

from collections.abc import Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from models.filter.compile import check_condition
from models.filter.errors import FilterError
from models.filter.pattern import parse_pattern
from models.filter.tree import AnyOf, Compare, Condition, Literal, Matches, Operator, Some
from resolvers.errors import InvalidInput, Path
from resolvers.rules.definition.catalogue import CATALOGUES, IN_SEGMENT, leaves, on_subject
from resolvers.rules.definition.content import RuleContent
from resolvers.rules.definition.times import check_time
from resolvers.values.text import checked_text

ZONE_LENGTH: Final = 64


def check_new(content: RuleContent) -> Condition:
    """The condition of a rule that a client sets. Raises InvalidInput."""
    condition = content.tree()
    _check_q(content, condition)
    try:
        check_condition(on_subject(condition, content.subject), CATALOGUES[content.subject])
    except FilterError as error:
        raise InvalidInput(error.message, path=content.argument) from error
    return condition


def check_stored(content: RuleContent) -> Condition:
    """The condition of a stored rule: its paths and values are checked, but not their number.

    Raises InvalidInput for a rule that this version of the gateway cannot read.
    """
    checked_zone(content.time_zone)
    condition = content.tree()
    _check_q(content, condition)
    catalogue = CATALOGUES[content.subject]

    def check_path(leaf: Any) -> None:
        if not isinstance(leaf, Some):
            catalogue.resolve(leaf.path)
        if isinstance(leaf, Matches):
            parse_pattern(leaf.pattern)

    try:
        leaves(on_subject(condition, content.subject), check_path)
    except FilterError as error:
        raise InvalidInput(error.message, path=content.argument) from error
    return condition


def checked_zone(name: Any) -> str:
    """The name of a time zone. Raises InvalidInput."""
    zone = checked_text(name, ("timeZone",), length=ZONE_LENGTH)
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        message = "There is no such time zone. Write a name of the IANA database: Europe/Berlin, UTC."
        raise InvalidInput(message, path=("timeZone",)) from None
    return zone


def _check_q(content: RuleContent, condition: Condition) -> None:
    """Check what `where` cannot say, or has checked where it was read."""
    if content.q is not None:
        leaves(condition, lambda leaf: _check_leaf(leaf, content.argument))


def _check_leaf(leaf: Any, path: Path) -> None:
    if isinstance(leaf, Some):
        return
    is_equality = isinstance(leaf, AnyOf) or (isinstance(leaf, Compare) and leaf.operator is Operator.EQUAL)
    if leaf.path == IN_SEGMENT and not is_equality:
        raise InvalidInput("inSegment takes the id of a segment.", path=path)
    for literal in _literals(leaf):
        check_time(literal.text, path)


def _literals(leaf: Any) -> Sequence[Literal]:
    match leaf:
        case Compare(path, _, literal) if "mixins" in path:
            return [literal]
        case AnyOf(path, literals) if "mixins" in path:
            return literals
        case _:
            return []
