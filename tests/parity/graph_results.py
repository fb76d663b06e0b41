"""What GraphQL's payloads say was done, or why not."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from tests.parity.service import CREATED, DELETED, INVALID, UNCHANGED, UPDATED, Document, Refused, Result

INVALID_CODES: Final = {"INVALID_INPUT", "INVALID_ARGUMENT", "BAD_REQUEST"}


def code_of(codes: Iterable[str]) -> str:
    [code] = set(codes)
    return INVALID if code in INVALID_CODES else str(code)


def check_errors(user_errors: Sequence[Document]) -> None:
    if user_errors:
        raise Refused(code_of(error["code"] for error in user_errors))


def written(payload: Any, effect: str | None = None) -> Result:
    check_errors(payload["userErrors"])
    segment = payload["segment"]
    return Result(effect or payload["effect"], segment["id"], segment["metadata"]["version"])


def bulk_results(payload: Any, row: str) -> list[Result]:
    check_errors(payload["userErrors"])
    results = payload["results"]
    assert [result["index"] for result in results] == list(range(len(results)))
    return [_result(result, row) for result in results]


def _result(result: Any, row: str) -> Result:
    if result["userErrors"]:
        assert (result["effect"], result.get(row)) == (None, None)
        return Result(code_of(error["code"] for error in result["userErrors"]), result.get("id"))
    shown = result.get(row)
    return Result(result["effect"], result.get("id"), shown["metadata"]["version"] if shown else None)


def only(results: Sequence[Result]) -> Result:
    """Of a single write, which is a list of one."""
    [result] = results
    if result.effect not in {CREATED, UPDATED, DELETED, UNCHANGED}:
        raise Refused(result.effect)
    return result


def found(nodes: Sequence[Any]) -> Any:
    if not nodes:
        raise Refused("NOT_FOUND")
    [node] = nodes
    return node
