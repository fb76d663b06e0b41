"""JSON Patch on a segment (behaviour D32, D33)."""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from tests.parity.content import stored_texts, valid
from tests.parity.language import by_canonical_tag, canonical
from tests.parity.service import Document

OPTIONAL_PARENTS: Final = (["description"], ["validity"], ["mixins"], ["metadata", "mixins"])
WRITABLE: Final = re.compile(
    r"/(status|siteCode|(name|description|validity)(/[^/]+)?|mixins(/.*)?|metadata/mixins(/.*)?)"
)
LOCALIZED: Final = ("name", "description")
INDEX: Final = re.compile(r"0|[1-9][0-9]*")


def check_patch(operations: Sequence[Document]) -> None:
    for operation in operations:
        valid(WRITABLE.fullmatch(operation["path"]))
        if operation["path"].strip("/") in LOCALIZED and isinstance(texts := operation.get("value"), Mapping):
            valid(len(by_canonical_tag(texts)) == len(texts))


def patched(document: Document, operations: Sequence[Document]) -> dict[str, Any]:
    """The document after all operations (D33)."""
    result = deepcopy(dict(document))
    for operation in operations:
        *parents, leaf = _pointer(operation["path"])
        holder: Any = result
        for depth, name in enumerate(parents, start=1):
            if operation["op"] == "add" and parents[:depth] in OPTIONAL_PARENTS:
                holder.setdefault(name, {})
            holder = _member(holder, name)
        if isinstance(holder, list):
            _apply_to_array(holder, leaf, operation)
        else:
            _apply_to_object(holder, leaf, operation)
    return result


def _pointer(path: str) -> list[str]:
    names = [name.replace("~1", "/").replace("~0", "~") for name in path.split("/")[1:]]
    if names[0] in LOCALIZED and len(names) > 1:
        names[1] = canonical(names[1])
    return names


def _member(holder: Any, name: str) -> Any:
    if isinstance(holder, list):
        return holder[_index(name, len(holder))]
    valid(isinstance(holder, dict) and name in holder)
    return holder[name]


def _index(name: str, length: int) -> int:
    valid(INDEX.fullmatch(name) and int(name) < length)
    return int(name)


def _apply_to_array(array: list[Any], leaf: str, operation: Document) -> None:
    match operation["op"]:
        case "add":
            array.insert(len(array) if leaf == "-" else _index(leaf, len(array) + 1), operation["value"])
        case "replace":
            array[_index(leaf, len(array))] = operation["value"]
        case _:
            del array[_index(leaf, len(array))]


def _apply_to_object(holder: Any, leaf: str, operation: Document) -> None:
    """A null outside mixins takes the member away."""
    op: str = operation["op"]
    value: Any = operation.get("value")
    valid(isinstance(holder, dict) and (op == "add" or leaf in holder))
    if op == "remove" or (value is None and not operation["path"].startswith("/mixins")):
        holder.pop(leaf, None)
    else:
        holder[leaf] = stored_texts(value) if operation["path"].strip("/") in LOCALIZED else value
