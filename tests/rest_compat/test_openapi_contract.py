"""Our OpenAPI document against the reference contract: nothing is missing, and what is added is listed."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import orjson
import pytest

from rest_compat.openapi.document import openapi_document
from tests.rest_compat.contract import ABSENT, NEWER, load_contract

Operation: TypeAlias = tuple[str, str]
Operations: TypeAlias = dict[Operation, dict[str, Any]]

FAILURES: Final = {"400", "414", "431", "500", "503", "504"}
"""What any operation may answer; the contract has the 400 on most of them (slip 8)."""
BODY_FAILURES: Final = {"413", "415"}
ADDED_TO_ALL: Final = {("header", "Emporix-Tenant")}
PRECONDITIONS: Final = {("header", "If-Match"), ("header", "If-None-Match")}
"""RFC 9110, section 13: on all but POST `/search` and `/match`."""
ADDED_TO_READS: Final = {("header", "Segments-After")}
ADDED_TO_LISTS: Final = {("query", "next"), ("query", "prev")}
"""The vendor's cursor mode, which the contract does not have here (overrule of D19)."""
RULE: Final = "/customer-segment/{tenant}/segments/{segmentId}/rule"
EXTENSIONS: Final = {
    *NEWER,
    ("get", "/customer-segment/{tenant}/changes"),
    *((method, RULE) for method in ("get", "put", "delete")),
    *(("post", f"{RULE}/{name}") for name in ("pause", "preview", "release")),
}
DELETIONS_WITH_A_BODY: Final = 3
"""Slip 7: described in words alone."""


def operations_of(document: Mapping[str, Any]) -> Operations:
    """Every operation with the parameters of its path, references followed."""
    return {
        (method, path): {**operation, "parameters": _parameters(document, item, operation)}
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }


def _parameters(document: Mapping[str, Any], item: Any, operation: Any) -> set[tuple[str, str]]:
    found = set()
    components = document["components"]["parameters"]
    for written in [*item.get("parameters", []), *operation.get("parameters", [])]:
        name = written.get("$ref", "").rpartition("/")[2]
        parameter = components[name] if name else written
        found.add((parameter["in"], parameter["name"]))
    return found


@pytest.fixture(scope="module")
def theirs() -> Operations:
    contract = load_contract()
    if contract is None:
        pytest.skip(ABSENT)
    return operations_of(contract)


@pytest.fixture(scope="module")
def ours() -> Operations:
    own = operations_of(orjson.loads(orjson.dumps(openapi_document())))
    return {key: one for key, one in own.items() if key not in EXTENSIONS}


def is_conditional(key: Operation) -> bool:
    return not key[1].endswith(("/search", "/match"))


def test_paths_methods_and_operation_ids_are_the_contracts(ours: Operations, theirs: Operations) -> None:
    assert len(theirs) == 30
    assert {key: one["operationId"] for key, one in ours.items()} == {
        key: one["operationId"] for key, one in theirs.items()
    }


def test_parameters_are_the_contracts_and_the_listed_additions(ours: Operations, theirs: Operations) -> None:
    for key, operation in ours.items():
        known = theirs[key]["parameters"]
        added = ADDED_TO_ALL | (ADDED_TO_LISTS if ("query", "pageSize") in known else set())
        added |= PRECONDITIONS if is_conditional(key) else set()
        added |= ADDED_TO_READS if key[0] == "get" or not is_conditional(key) else set()
        assert operation["parameters"] == known | added, key


def test_answers_are_the_contracts_and_the_listed_additions(ours: Operations, theirs: Operations) -> None:
    for key, operation in ours.items():
        added = FAILURES | (BODY_FAILURES if "requestBody" in operation else set())
        if is_conditional(key):
            added |= {"304", "412"} if key[0] == "get" else {"412"}
        assert set(operation["responses"]) == set(theirs[key]["responses"]) | added, key


def test_bodies_are_the_contracts_and_those_of_bulk_deletions(ours: Operations, theirs: Operations) -> None:
    added = {key for key in ours if "requestBody" in ours[key] and "requestBody" not in theirs[key]}
    assert [method for method, _ in added] == ["delete"] * DELETIONS_WITH_A_BODY
    for key, operation in theirs.items():
        types = set(operation.get("requestBody", {}).get("content", {}))
        accepted = set(ours[key].get("requestBody", {}).get("content", {}))
        extra = {"application/json-patch+json"} if key[0] == "patch" else set()
        assert accepted == types | extra | ({"application/json"} if key in added else set()), key
        for status, answer in operation["responses"].items():
            if status.startswith("2"):
                assert set(answer.get("content", {})) == set(
                    ours[key]["responses"][status].get("content", {})
                ), (key, status)


def test_no_sentence_is_copied_from_the_contract() -> None:
    contract = load_contract()
    if contract is None:
        pytest.skip(ABSENT)
    common = _sentences(contract) & _sentences(openapi_document())
    assert common <= FACTS


FACTS: Final = {
    "The access to the requested resource has been forbidden by the server.",
    "The resource you are attempting to access has changed.",
    "Validation problem with request body.",
}
"""Messages that clients compare."""
LONG_ENOUGH: Final = 30


def _sentences(value: Any) -> set[str]:
    if isinstance(value, str):
        sentences = (sentence.strip() for sentence in value.replace("\n", " ").split(". "))
        return {sentence for sentence in sentences if len(sentence) >= LONG_ENOUGH and " " in sentence}
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return set().union(*map(_sentences, parts))
