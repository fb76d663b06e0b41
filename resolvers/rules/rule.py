"""A rule: what a client writes, and what follows from it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from models.cache import size_of
from models.filter.catalogue import Kind
from models.filter.compile import check_condition, moments_in
from models.filter.errors import FilterError
from models.filter.literals import instant
from models.filter.moment import Moment
from models.filter.parse import parse_q
from models.filter.pattern import parse_pattern
from models.filter.tree import (
    AnyOf,
    Compare,
    Condition,
    Literal,
    Matches,
    Operator,
    Or,
    Path,
    Some,
    Within,
    with_paths,
)
from models.sql.prepared import Row
from resolvers.errors import InvalidInput
from resolvers.errors import Path as Place
from resolvers.rules.catalogue import CATALOGUES, CUSTOMERS, IN_SEGMENT, LEGAL_ENTITY, leaves, on_subject
from resolvers.rules.touched import LOADED_INTO, coarse
from resolvers.rules.vocabulary import WHERE_BYTES, RuleState, RuleSubject
from resolvers.rules.where import parse_where
from resolvers.values.document import Document, one_of
from resolvers.values.text import checked_text, same_json

LIKE_A_DATE: Final = re.compile(r"[+-]?[0-9]{4,}-[0-9]{2}-[0-9]{2}(?:[T ].*)?", re.ASCII | re.DOTALL)
ZONE_LENGTH: Final = 64
NEVER: Final = Or(())


@dataclass(frozen=True, slots=True)
class RuleContent:
    """What a client writes: the condition, as `where` or as `q`, and how to read it."""

    where: dict[str, Any] | None
    q: str | None
    subject: RuleSubject
    time_zone: str

    @property
    def text(self) -> str:
        """What decides who satisfies it, but for the time zone: the condition and its subject."""
        condition = self.q if self.where is None else orjson.dumps(self.where).decode()
        return f"{self.subject} {self.where is None} {condition}"

    @property
    def columns(self) -> dict[str, Any]:
        """The columns that it decides."""
        return {"condition": self.where, "q": self.q, "subject": self.subject, "time_zone": self.time_zone}

    def is_same_as(self, other: "RuleContent") -> bool:
        """Whether both say the same: as JSON is, 1 is not true."""
        return same_json(self.columns, other.columns)

    def tree(self) -> Condition:
        """The condition. Raises InvalidInput."""
        if self.where is not None:
            return parse_where(self.where)
        try:
            condition = parse_q(self.q or "")
        except FilterError as error:
            raise InvalidInput(error.message, path=("q",)) from error
        if condition is None:
            raise InvalidInput("A blank q is no rule: every customer satisfies it.", path=("q",))
        return canonical(condition)


def canonical(condition: Condition) -> Condition:
    """The condition with the paths of fields in place of their other names."""
    return with_paths(condition, lambda path: CUSTOMERS.aliases.get(path, path))


def rule_content(document: Document) -> RuleContent:
    """Read the members `where` or `q`, `subject` and `timeZone`. Raises InvalidInput for what is no rule."""
    where, q = document.get("where"), document.get("q")
    if (where is None) == (q is None):
        raise InvalidInput("A rule has either `where` or `q`.", path=("where",))
    if where is not None:
        where = _checked_where(where)
    subject = one_of(document.get("subject") or RuleSubject.CUSTOMER, tuple(RuleSubject), ("subject",))
    zone = document.get("timeZone")
    content = RuleContent(
        where,
        None if q is None else checked_text(q, ("q",)),
        RuleSubject(subject),
        "UTC" if zone is None else _checked_zone(zone),
    )
    _check_condition(content)
    return content


def _checked_where(where: Any) -> dict[str, Any]:
    try:
        size = len(orjson.dumps(where))
    except TypeError:
        raise InvalidInput("The filter holds a value that cannot be stored.", path=("where",)) from None
    if size > WHERE_BYTES:
        raise InvalidInput(f"The filter is larger than {WHERE_BYTES:,} bytes.", path=("where",))
    if not isinstance(where, dict):
        raise InvalidInput("An object is expected.", path=("where",))
    return where


def _checked_zone(name: Any) -> str:
    zone = checked_text(name, ("timeZone",), length=ZONE_LENGTH)
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        message = "There is no such time zone. Write a name of the IANA database: Europe/Berlin, UTC."
        raise InvalidInput(message, path=("timeZone",)) from None
    return zone


def _check_condition(content: RuleContent) -> None:
    place: Place = ("where",) if content.q is None else ("q",)
    condition = content.tree()
    leaves(condition, lambda leaf: _check_leaf(leaf, place))
    try:
        check_condition(on_subject(condition, content.subject), CATALOGUES[content.subject])
    except FilterError as error:
        raise InvalidInput(error.message, path=place) from error


def _check_stored(content: RuleContent) -> None:
    """Raise InvalidInput for a stored rule that cannot be read: paths and values, but not their number."""
    _checked_zone(content.time_zone)
    condition = content.tree()
    place: Place = ("where",) if content.q is None else ("q",)
    leaves(condition, lambda leaf: _check_leaf(leaf, place))
    catalogue = CATALOGUES[content.subject]

    def check_path(leaf: Any) -> None:
        if not isinstance(leaf, Some):
            catalogue.resolve(leaf.path)
        if isinstance(leaf, Matches):
            parse_pattern(leaf.pattern)

    try:
        leaves(on_subject(condition, content.subject), check_path)
    except FilterError as error:
        raise InvalidInput(error.message, path=place) from error


def _check_leaf(leaf: Any, place: Place) -> None:
    if isinstance(leaf, Some):
        return
    is_equality = isinstance(leaf, AnyOf) or (isinstance(leaf, Compare) and leaf.operator is Operator.EQUAL)
    if leaf.path == IN_SEGMENT and not is_equality:
        raise InvalidInput("inSegment takes the id of a segment.", path=place)
    for literal in _literals(leaf):
        if LIKE_A_DATE.fullmatch(literal.text) and instant(literal.text) is None:
            message = f"{literal.text[:50]!r} is not a time: a year has four digits, a month has its days."
            raise InvalidInput(message, path=place)


def _literals(leaf: Any) -> Sequence[Literal]:
    match leaf:
        case Compare(path, _, literal) if "mixins" in path:
            return [literal]
        case AnyOf(path, literals) if "mixins" in path:
            return literals
        case _:
            return []


@dataclass(frozen=True, slots=True)
class TimedPath:
    """A path whose instants are compared with a moment."""

    path: Path
    moment: Moment

    @property
    def written(self) -> str:
        """The path as dates are stored under it."""
        return ".".join(self.path)


@dataclass(frozen=True)
class Rule:
    """A rule as it is stored, and what follows from its condition."""

    segment_id: str
    content: RuleContent
    state: RuleState
    version: int
    created_at: datetime
    modified_at: datetime
    built_to: tuple[str, str] | None
    built_keys: int

    @classmethod
    def of(cls, row: Row) -> "Rule":
        """The rule of a row."""
        content = RuleContent(row["condition"], row["q"], RuleSubject(row["subject"]), row["time_zone"])
        built = row["built_customer_id"]
        return cls(
            row["segment_id"],
            content,
            RuleState(row["state"]),
            row["version"],
            row["created_at"],
            row["modified_at"],
            None if built is None else (built, row["built_legal_entity_id"]),
            row["built_keys"],
        )

    @property
    def name(self) -> tuple[str, int, datetime]:
        """What tells this version from others of the tenant."""
        return self.segment_id, self.version, self.created_at

    @property
    def is_applied(self) -> bool:
        """Whether changes of customers change its members."""
        return self.state in (RuleState.ACTIVE, RuleState.BUILDING) and self.error is None

    @property
    def subject(self) -> RuleSubject:
        return self.content.subject

    @cached_property
    def statement(self) -> tuple[str, str]:
        """What its statements depend on."""
        return self.content.text, self.content.time_zone

    @cached_property
    def error(self) -> str | None:
        """Why this version of the gateway cannot read it: another version has stored it."""
        try:
            _check_stored(self.content)
        except InvalidInput as error:
            return f"{'.'.join(map(str, error.path))}: {error.message}"
        return None

    @cached_property
    def zone(self) -> tzinfo:
        """Where its days begin."""
        name = self.content.time_zone
        return UTC if self.error or name == "UTC" else ZoneInfo(name)

    @cached_property
    def condition(self) -> Condition:
        """Its condition, as the catalogue of its subject takes it. One that cannot be read never holds."""
        return NEVER if self.error else on_subject(self.content.tree(), self.content.subject)

    @cached_property
    def looks_at(self) -> frozenset[str]:
        """The paths that it looks at."""
        found = {f"{LOADED_INTO}:{self.segment_id}"}
        leaves(self.condition, lambda leaf: found.update(_dependencies(leaf)))
        if self.subject is RuleSubject.CUSTOMER_OF_LEGAL_ENTITY:
            found.add(".".join(LEGAL_ENTITY))
        return frozenset(found)

    @cached_property
    def depends_on(self) -> frozenset[str]:
        """The same, of mixins as a whole."""
        return frozenset(map(coarse, self.looks_at))

    @cached_property
    def conditions(self) -> int:
        """How many conditions it has, without those that only combine others."""
        found: list[object] = []
        leaves(self.condition, found.append)
        return len(found)

    @cached_property
    def segments(self) -> frozenset[str]:
        """The segments whose members it asks for."""
        found: set[str] = set()
        leaves(self.condition, lambda leaf: found.update(_segments(leaf)))
        return frozenset(found)

    @cached_property
    def timed_paths(self) -> frozenset[TimedPath]:
        """Where time alone changes whether the condition holds."""
        found: set[TimedPath] = set()
        leaves(self.condition, lambda leaf: found.update(_timed(leaf)))
        return frozenset(found)

    @property
    def size(self) -> int:
        """An estimate of its bytes."""
        return 2_000 + 4 * size_of(self.content.where, self.content.q)


def _dependencies(leaf: Any) -> list[str]:
    if leaf.path == IN_SEGMENT:
        return [f"inSegment:{segment_id}" for segment_id in _segments(leaf)]
    path: Path = LEGAL_ENTITY if leaf.path == (*LEGAL_ENTITY, "id") else leaf.path
    return [".".join(path)]


def _segments(leaf: Any) -> list[str]:
    if isinstance(leaf, Some) or leaf.path != IN_SEGMENT:
        return []
    match leaf:
        case Compare(_, _, literal):
            return [literal.text]
        case AnyOf(_, literals):
            return [literal.text for literal in literals]
        case _:
            return []


def _timed(leaf: Any) -> list[TimedPath]:
    if not isinstance(leaf, Compare | AnyOf | Within) or "mixins" not in leaf.path:
        return []
    return [TimedPath(leaf.path, moment) for moment in moments_in(leaf, Kind.JSON)]
