"""A condition in its other form: `q` for one that was written as `where`, and the other way round.

A form is shown only where it says exactly the same: it is read again, and compared with the condition.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from models.cache import Cache
from models.filter.errors import FilterError
from models.filter.literals import json_boolean, json_number
from models.filter.parse import MOST_CLAUSES, parse_q
from models.filter.tree import (
    Absent,
    And,
    AnyOf,
    Compare,
    Condition,
    Literal,
    Not,
    Operator,
    Or,
    Present,
    Some,
)
from models.filter.tree import Path as Names
from resolvers.background import in_background
from resolvers.errors import InvalidInput
from resolvers.rules.definition.catalogue import IN_SEGMENT, LEGAL_ENTITY, on_subject
from resolvers.rules.definition.content import RuleContent, canonical
from resolvers.rules.definition.facts import facts_of
from resolvers.rules.definition.where import COMPARISONS, parse_where
from resolvers.rules.vocabulary import RuleSubject

Form = TypeVar("Form")
MIXINS: Final = "mixins"
LONGEST_WHOLE: Final = 18
"""Characters: of longer numbers, not all fit into 64 bits."""
SHORT: Final = 500
"""Bytes of a condition that is parsed faster than a thread is changed."""
_FORMS: Final = Cache("rule_forms", share=0.01, largest=0.5)
MEMBERS: Final = {operator: name for name, operator in COMPARISONS.items()}


async def written_as(form: Callable[[RuleContent], Form], content: RuleContent) -> Form:
    """The condition in a form: `as_q` or `as_where`. It is kept, as a large one takes 20 ms."""
    key = form.__name__, content.identity

    def get() -> Form:
        return _FORMS.get(key, lambda: form(content))

    is_short = facts_of(content).written_bytes <= SHORT
    return get() if is_short or key in _FORMS else await in_background(get)


def as_q(content: RuleContent) -> str | None:
    """The condition in the query language; None where that has no words for it."""
    if content.q is not None:
        return content.q
    parts = _parts(content.tree(), content.subject)
    clauses = [_clause(part) for part in parts[: MOST_CLAUSES + 1]]
    text = " ".join(clause for clause in clauses if clause is not None)
    if None in clauses or not text:
        return None
    return text if _says(lambda: parse_q(text), parts, content.subject) else None


def as_where(content: RuleContent) -> dict[str, Any] | None:
    """The condition in the form of `CustomerWhere`; None where that has no members for it."""
    if content.where is not None:
        return content.where
    parts = _parts(content.tree(), content.subject)
    members = [_member(part) for part in parts]
    readable = [member for member in members if member is not None]
    if len(readable) < len(members):
        return None
    where = readable[0] if len(readable) == 1 else {"and": readable}
    return where if _says(lambda: parse_where(where), parts, content.subject) else None


def _says(read: Callable[[], Condition | None], parts: Sequence[Condition], subject: RuleSubject) -> bool:
    """Whether the form says what the parts say together."""
    try:
        condition = read()
    except (FilterError, InvalidInput):  # a name with a space, or too many clauses
        return False
    return condition is not None and _parts(canonical(condition), subject) == parts


def _parts(condition: Condition, subject: RuleSubject) -> list[Condition]:
    """The conditions that hold together, each in the one way to write it."""
    return list(_normal(on_subject(condition, subject), subject))


def _normal(condition: Condition, subject: RuleSubject) -> Iterator[Condition]:
    match condition:
        case And(parts):
            for part in parts:
                yield from _normal(part, subject)
        case Some(path, part):
            inner = tuple(_normal(part, RuleSubject.CUSTOMER_OF_LEGAL_ENTITY))
            yield Some(path, inner[0] if len(inner) == 1 else And(inner))
        case Not(part):
            inner = tuple(_normal(part, subject))
            yield Not(inner[0] if len(inner) == 1 else And(inner))
        case Or(parts):
            alternatives = [tuple(_normal(part, subject)) for part in parts]
            yield Or(tuple(inner[0] if len(inner) == 1 else And(inner) for inner in alternatives))
        case AnyOf(path, literals) if path == IN_SEGMENT:
            yield Or(tuple(Compare(path, Operator.EQUAL, Literal(literal.text)) for literal in literals))
        case _:
            leaf = _plain(condition)
            yield _of_some_legal_entity(leaf) if subject is RuleSubject.CUSTOMER else leaf


def _plain(leaf: Condition) -> Condition:
    """The leaf, with literals in quotes where that does not change what they mean."""
    match leaf:
        case Compare(path, operator, literal):
            return Compare(path, operator, _literal(literal, path))
        case AnyOf(path, literals):
            return AnyOf(path, tuple(_literal(literal, path) for literal in literals))
        case _:
            return leaf


def _literal(literal: Literal, path: Names) -> Literal:
    is_value = MIXINS in path and (json_number(literal) is not None or json_boolean(literal) is not None)
    return Literal(literal.text, quoted=not is_value)


def _of_some_legal_entity(leaf: Condition) -> Condition:
    """Of a customer, `q` asks for some legal entity with each clause, or for none."""
    if isinstance(leaf, And | Or | Not | Some) or leaf.path[: len(LEGAL_ENTITY)] != LEGAL_ENTITY:
        return leaf
    return (
        Not(Some(LEGAL_ENTITY, Present(leaf.path))) if isinstance(leaf, Absent) else Some(LEGAL_ENTITY, leaf)
    )


def _clause(condition: Condition) -> str | None:  # noqa: PLR0911  # one for each kind of condition
    match condition:
        case Compare(path, operator, literal):
            comparator = "" if operator is Operator.EQUAL else operator.value
            return f"{_key(path)}:{comparator}{_word(literal)}"
        case AnyOf(path, literals):
            return _among(path, literals)
        case Or(parts) if all(isinstance(part, Compare) and part.path == IN_SEGMENT for part in parts):
            return _among(IN_SEGMENT, [part.literal for part in parts if isinstance(part, Compare)])
        case Present(path):
            return f"{_key(path)}:exists"
        case Absent(path) | Not(Some(_, Present(path))):
            return f"{_key(path)}:missing"
        case Some(_, Compare() | AnyOf() | Present() as leaf):
            return _clause(leaf)
        case _:
            return None


def _among(path: Names, literals: Sequence[Literal]) -> str:
    return f"{_key(path)}:({','.join(map(_word, literals))})"


def _key(path: Names) -> str:
    return ".".join(path)


def _word(literal: Literal) -> str:
    """The literal as a word: in quotes where it means something else without."""
    bare = Literal(literal.text, quoted=False)
    is_word = literal.text.replace("-", "").replace("_", "").replace(".", "").isalnum()
    is_taken = literal.text in {"null", "missing", "exists", "in", "AND"}
    means_more = json_number(bare) is not None or json_boolean(bare) is not None
    if not literal.quoted or (is_word and not is_taken and not means_more):
        return literal.text
    escaped = literal.text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


def _member(condition: Condition) -> dict[str, Any] | None:  # noqa: PLR0911  # as above
    match condition:
        case Compare(path, operator, literal):
            return _value_filter(path, MEMBERS[operator], _json(literal))
        case AnyOf(path, literals):
            return _value_filter(path, "in", [_json(literal) for literal in literals])
        case Or(parts):
            members = [_member(part) for part in parts]
            return None if None in members else {"or": members}
        case Not(part):
            member = _member(part)
            return None if member is None else {"not": member}
        case Some(_, part):
            return _member(part)
        case Present(path) | Absent(path):
            is_present = isinstance(condition, Present)
            name, value = ("exists", is_present) if MIXINS in path else ("isNull", not is_present)
            return _value_filter(path, name, value)
        case _:
            return None


def _value_filter(path: Names, name: str, value: Any) -> dict[str, Any] | None:
    if path[: len(LEGAL_ENTITY)] == LEGAL_ENTITY:
        inner = _value_filter(path[len(LEGAL_ENTITY) :], name, value)
        return None if inner is None else {"legalEntity": inner}
    if path == IN_SEGMENT:
        return {"inSegment": value} if name == "eq" else None
    if path[0] == MIXINS:
        return {"mixin": {"path": ".".join(path[1:]), name: value}}
    return {".".join(path): {name: value}}


def _json(literal: Literal) -> Any:
    """The value whose text is the literal's; that it means the same is checked where the form is read."""
    if literal.quoted:
        return literal.text
    if json_boolean(literal) is not None:
        return literal.text == "true"
    is_whole = literal.text.lstrip("-").isdigit()
    return int(literal.text) if is_whole and len(literal.text) <= LONGEST_WHOLE else json_number(literal)
