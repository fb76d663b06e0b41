"""What follows from the condition of a rule, worked out once for each text."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import orjson

from models.cache import Cache, size_of
from models.filter.catalogue import Kind
from models.filter.compile import moments_in
from models.filter.moment import Moment
from models.filter.tree import AnyOf, Compare, Condition, Or, Path, Some, Within
from resolvers.background import in_background
from resolvers.errors import InvalidInput
from resolvers.rules.definition.catalogue import IN_SEGMENT, LEGAL_ENTITY, leaves, on_subject
from resolvers.rules.definition.content import RuleContent
from resolvers.rules.definition.valid import check_stored
from resolvers.rules.vocabulary import RuleSubject

NEVER: Final = Or(())
"""The condition of a rule that cannot be read."""


@dataclass(frozen=True, slots=True)
class TimedPath:
    """A path whose instants are compared with a moment."""

    path: Path
    moment: Moment

    @property
    def written(self) -> str:
        """The path as dates are stored under it."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """All that is asked of a rule before its condition is compiled."""

    error: str | None
    """Why this version of the gateway cannot read it: another version has stored it."""
    looks_at: frozenset[str]
    """The paths that it looks at."""
    segments: frozenset[str]
    """The segments whose members it asks for."""
    timed_paths: frozenset[TimedPath]
    """Where time alone changes whether the condition holds."""
    conditions: int
    """How many conditions it has, without those that only combine others."""
    written_bytes: int
    """Of the condition as JSON."""
    size: int
    """An estimate of the bytes that its content takes in memory."""


def facts_of(content: RuleContent, condition: Condition | None = None) -> RuleFacts:
    """What follows from the content, which may have been parsed already. A large one takes 10 ms."""
    facts: RuleFacts = FACTS.get(content.identity, lambda: _facts(content, condition))
    return facts


async def learn_facts(contents: Iterable[RuleContent]) -> None:
    """Keep what follows from each content; what is not kept yet is parsed in another thread."""
    unknown = [content for content in contents if content.identity not in FACTS]
    if unknown:
        await in_background(lambda: [facts_of(content) for content in unknown])


def condition_of(content: RuleContent) -> Condition:
    """The condition, parsed for the catalogue of its subject. One that cannot be read never holds."""
    return NEVER if facts_of(content).error else on_subject(content.tree(), content.subject)


def _facts(content: RuleContent, condition: Condition | None) -> RuleFacts:
    error = None
    if condition is None:
        try:
            condition = check_stored(content)
        except InvalidInput as failure:
            condition, error = NEVER, f"{'.'.join(map(str, failure.path))}: {failure.message}"
    leaf_list: list[Any] = []
    leaves(on_subject(condition, content.subject), leaf_list.append)
    looks_at = {path for leaf in leaf_list for path in _dependencies(leaf)}
    if content.subject is RuleSubject.CUSTOMER_OF_LEGAL_ENTITY:
        looks_at.add(".".join(LEGAL_ENTITY))
    return RuleFacts(
        error=error,
        looks_at=frozenset(looks_at),
        segments=frozenset(segment_id for leaf in leaf_list for segment_id in _segments(leaf)),
        timed_paths=frozenset(timed for leaf in leaf_list for timed in _timed(leaf)),
        conditions=len(leaf_list),
        written_bytes=len(orjson.dumps(content.columns)),
        size=size_of(content.where, content.q),
    )


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


def _size_of_facts(_identity: bytes, facts: RuleFacts) -> int:
    return 500 + size_of(facts.looks_at, facts.segments, facts.timed_paths, facts.error)


FACTS: Final = Cache("rule_facts", share=0.01, size_of=_size_of_facts)
