"""Documents brought to one form."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from tests.parity.service import Listed

TIMES: Final = {"createdAt", "modifiedAt"}


def told(document: Mapping[str, Any]) -> dict[str, Any]:
    """The members that say something."""
    return {name: value for name, value in document.items() if value not in (None, {}, [])}


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
