"""Documents brought to one form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from tests.parity.service import Listed

TIMES: Final = {"createdAt", "modifiedAt"}


def told(document: Mapping[str, Any]) -> dict[str, Any]:
    """The members that say something."""
    return {name: value for name, value in document.items() if value not in (None, {}, [])}


def cut(document: Mapping[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """The document with the members that `fields` names, and its id (D22); whole where it names none."""
    paths = [field.split(".") for field in fields]
    return _cut(document, [["id"], *paths]) if paths else dict(document)


def _cut(document: Mapping[str, Any], paths: Sequence[Sequence[str]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, value in document.items():
        below = [path[1:] for path in paths if path[:1] == [name]]
        if [] in below:
            result[name] = value
        elif isinstance(value, Mapping) and (inner := _cut(value, below)):
            result[name] = inner
    return result


def without_times(value: Any) -> Any:
    """The same without the instants that no model can foresee."""
    match value:
        case Mapping():
            return {name: without_times(inner) for name, inner in value.items() if name not in TIMES}
        case Listed(documents=documents):
            return replace(value, documents=without_times(documents))
        case list():
            return [without_times(inner) for inner in value]
        case _:
            return value
