"""Clauses of `q`, and what they mean of a document."""

import json
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.parity.language import canonical, filled

LOCALIZED: Final = {"name", "description", "item.name", "group.name"}
COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition. `test` is a comparison, or `is`, `in`, `contains`, `missing` or `exists`."""

    path: str
    test: str
    value: Any = None

    def __str__(self) -> str:
        match self.test:
            case "missing":
                return f"{self.path}:null"
            case "exists":
                return f"{self.path}:exists"
            case "is":
                return f"{self.path}:{_literal(self.value)}"
            case "in":
                return f"{self.path}:({','.join(map(_literal, self.value))})"
            case "contains":
                return f"{self.path}:~{self.value}"
            case _:
                return f"{self.path}:{self.test}{_literal(self.value)}"

    def holds(self, document: Mapping[str, Any]) -> bool:
        """Whether the document, with all its translations, passes (behaviour "Filters")."""
        values = _values(document, self.path)
        match self.test:
            case "missing":
                return not values
            case "exists":
                return bool(values)
            case "is":
                return any(_same(value, self.value) for value in values)
            case "in":
                return any(_same(value, wanted) for value in values for wanted in self.value)
            case "contains":
                return any(isinstance(value, str) and self.value in value for value in values)
            case _:
                compare = COMPARISONS[self.test]
                return any(type(value) is type(self.value) and compare(value, self.value) for value in values)


def _literal(value: Any) -> str:
    """Texts in quotes, numbers and booleans bare."""
    return json.dumps(value, ensure_ascii=False)


def _same(value: Any, wanted: Any) -> bool:
    """Python holds true for 1."""
    return type(value) is type(wanted) and bool(value == wanted)


def _values(document: Mapping[str, Any], path: str) -> list[Any]:
    """What stands at the path: of a localized text every translation (D60), without blank ones."""
    member, _, language = path.rpartition(".")
    if path in LOCALIZED:
        return list(filled(_at(document, path) or {}).values())
    if member in LOCALIZED:
        tag = canonical(language)
        return [text for one, text in filled(_at(document, member) or {}).items() if one == tag]
    found = _at(document, path)
    return [] if found is None else [found]


def _at(document: Mapping[str, Any], path: str) -> Any:
    found: Any = document
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
