"""What all writes of the model share (behaviour "Segments", "Bulk requests")."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from tests.parity.content import assignment_content, checked_segment_id, expected_version
from tests.parity.service import CREATED, DELETED, UNCHANGED, UPDATED, Document, Refused, Result, Who

MOST_ELEMENTS: Final = 200
Element = TypeVar("Element")
Key = TypeVar("Key")


def check_manages(who: Who) -> None:
    if "M" not in who.scopes:
        raise Refused("FORBIDDEN")


def check_version(rows: dict[Key, dict[str, Any]], key: Key, expected: int | None) -> None:
    """A version sent for what does not exist is ignored (D30)."""
    if expected is not None and key in rows and rows[key]["version"] != expected:
        raise Refused("VERSION_CONFLICT")


def put(
    rows: dict[Key, dict[str, Any]], key: Key, content: dict[str, Any], shown_id: str | None = None
) -> Result:
    """Every write is a new version, also if it changes nothing (D67)."""
    stored = rows.get(key)
    version = 1 if stored is None else stored["version"] + 1
    rows[key] = {**content, "version": version}
    return Result(CREATED if stored is None else UPDATED, shown_id, version)


def delete(rows: dict[Key, dict[str, Any]], key: Key, shown_id: str | None = None) -> Result:
    """What is not there is deleted already (D34)."""
    return Result(UNCHANGED if rows.pop(key, None) is None else DELETED, shown_id)


def each(
    who: Who,
    elements: Sequence[Element],
    write: Callable[[Element], Result],
    id_of: Callable[[Element], str | None] = lambda _: None,
) -> list[Result]:
    """Each element on its own, in order (D47)."""
    check_manages(who)
    if len(elements) > MOST_ELEMENTS:
        raise Refused("TOO_MANY_ELEMENTS")
    results: list[Result] = []
    for element in elements:
        try:
            results.append(write(element))
        except Refused as refusal:
            results.append(Result(refusal.code, id_of(element)))
    return results


def alone(results: list[Result]) -> Result:
    [result] = results
    if result.effect not in {CREATED, UPDATED, DELETED, UNCHANGED}:
        raise Refused(result.effect)
    return result


def id_of(document: Document) -> str | None:
    """Of a failed element the id that it had, if that is one (D47)."""
    try:
        return checked_segment_id(document.get("id"))
    except Refused:
        return None


def is_readable(document: Document) -> bool:
    try:
        assignment_content(document)
        expected_version(document)
    except Refused:
        return False
    return True
