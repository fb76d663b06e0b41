"""JSON Patch (RFC 6902) on a segment's document.

The contract's rules apply (behaviour D32, D33). The `jsonpatch` library applies the operations; this module
says which members may be written, makes the optional parents that `add` may rely on, and bounds the growth
by `copy`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import jsonpatch
import jsonpointer
import orjson

from models.language_tag import canonical_tag
from resolvers.background import Turns
from resolvers.errors import InvalidInput
from resolvers.segment import members
from resolvers.values.text import JSON_BYTES, MOST_TRANSLATIONS, checked_json, is_storable, same_json

CONTRACT_OPERATIONS: Final = ("add", "remove", "replace")
ALL_OPERATIONS: Final = (*CONTRACT_OPERATIONS, "move", "copy", "test")
MAXIMUM_OPERATIONS: Final = 200
POINTER_LENGTH: Final = 1_000
DOCUMENT_BYTES: Final = 4 * JSON_BYTES

Pointer = tuple[str, ...]

LOCALIZED: Final = {member.name for member in members.LOCALIZED}
WRITABLE: Final[Mapping[Pointer, int]] = {
    member.content_path: member.writable_depth for member in members.CONTENT
}
"""The places of a segment's content, and how many levels below them may be written."""
OPTIONAL_PARENTS: Final = tuple(
    member.content_path for member in members.CONTENT if member.writable_depth and not member.missing
)
"""Objects that are left out if they are empty."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a patch.

    `source` is RFC 6902's `from`.
    """

    op: str
    path: Pointer
    value: Any = None
    source: Pointer = ()

    @property
    def clears(self) -> bool:
        """Whether the operation removes its member.

        A null anywhere but in mixins removes the member.
        """
        return self.op in ("add", "replace") and self.value is None and self.path[0] != "mixins"


def parse_operations(value: Any, allowed: tuple[str, ...] = ALL_OPERATIONS) -> list[Operation]:
    """Read a JSON Patch document. Raises InvalidInput at `[index].member`."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise InvalidInput("An array of JSON Patch operations is expected.")
    if len(value) > MAXIMUM_OPERATIONS:
        raise InvalidInput(f"A patch has at most {MAXIMUM_OPERATIONS} operations.")
    return [_parse_operation(item, index, allowed) for index, item in enumerate(value)]


def _parse_operation(item: Any, index: int, allowed: tuple[str, ...]) -> Operation:
    if not isinstance(item, Mapping):
        raise InvalidInput("A JSON Patch operation is an object.", path=(index,))
    op = item.get("op")
    if op not in allowed:
        raise InvalidInput(f"The operation is one of {', '.join(allowed)}.", path=(index, "op"))
    path = _pointer(item.get("path"), (index, "path"))
    if op != "test" and not _is_writable(path):
        raise InvalidInput(f"{item['path'] or 'The whole document'} cannot be written.", path=(index, "path"))
    if op in ("add", "replace", "test") and "value" not in item:
        raise InvalidInput(f"The operation {op} needs a value.", path=(index, "value"))
    value = checked_json(item["value"], (index, "value")) if "value" in item else None
    value = _with_canonical_tags(path, value, (index, "value"))
    source: Pointer = ()
    if op in ("move", "copy"):
        source = _pointer(item.get("from"), (index, "from"))
        if op == "move" and not _is_writable(source):
            raise InvalidInput(f"{item['from']} cannot be moved.", path=(index, "from"))
    return Operation(op, path, value, source)


def _pointer(text: Any, path: tuple[str | int, ...]) -> Pointer:
    if not isinstance(text, str) or len(text) > POINTER_LENGTH or not is_storable(text):
        raise InvalidInput("A JSON Pointer such as /name/en is expected.", path=path)
    try:
        return _canonical_pointer(tuple(jsonpointer.JsonPointer(text).parts))
    except jsonpointer.JsonPointerException as error:
        raise InvalidInput("A JSON Pointer such as /name/en is expected.", path=path) from error


def _canonical_pointer(pointer: Pointer) -> Pointer:
    """The pointer with language tags in canonical case.

    `/name/DE` becomes `/name/de`: the case of a language tag has no meaning.
    """
    match pointer:
        case (member, tag) if member in LOCALIZED:
            return (member, canonical_tag(tag) or tag)
        case _:
            return pointer


def _with_canonical_tags(pointer: Pointer, value: Any, path: tuple[str | int, ...]) -> Any:
    """The value with canonical tags in its translations.

    `pointer` is its place in the document. Invalid tags and values beyond a limit stay as they are: the
    patched segment is checked as a whole. Raises InvalidInput.
    """
    if not isinstance(value, dict):
        return value
    if not pointer:
        return {name: _with_canonical_tags((name,), inner, path) for name, inner in value.items()}
    if len(pointer) > 1 or pointer[0] not in LOCALIZED or len(value) > MOST_TRANSLATIONS:
        return value
    texts: dict[str, Any] = {}
    for tag_text, text in value.items():
        tag = canonical_tag(tag_text) or tag_text
        if tag in texts:
            raise InvalidInput(f"The language {tag_text!r} is given twice.", path=path)
        texts[tag] = text
    return texts


def _is_writable(path: Pointer) -> bool:
    return any(
        path[: len(member)] == member and len(path) - len(member) <= depth
        for member, depth in WRITABLE.items()
    )


async def patched(document: Mapping[str, Any], operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the document after all operations.

    The argument is not changed. The event loop runs other tasks between operations. Raises InvalidInput at
    `[index]`.
    """
    result: dict[str, Any] = orjson.loads(orjson.dumps(document))  # ten times as fast as `deepcopy`
    growth, turns = _Growth(), Turns()
    for index, operation in enumerate(operations):
        if operation.op == "add":
            _make_parents(result, operation.path)
        if operation.op == "copy":
            growth.check_copy(result, operation, index)
        result = _applied(result, operation, index)
        if operation.op in ("move", "copy") and operation.path[0] in LOCALIZED:
            member = operation.path[:1]
            result[member[0]] = _with_canonical_tags(member, result[member[0]], (index, "from"))
        if operation.op in ("add", "replace", "move", "copy"):
            growth.check(result, operation, index)
        await turns.pause()
    return result


class _Growth:
    """Limits the growth of a patched document.

    It refuses a document far larger than a segment before the next operation multiplies it. The size of an
    operation's value is known: the whole document is measured after the first operation, and then after
    each operation that could exceed the limit. `move` adds no bytes, but can add any depth.
    """

    def __init__(self) -> None:
        self._most = DOCUMENT_BYTES
        self._copied = 0

    def check_copy(self, document: dict[str, Any], operation: Operation, index: int) -> None:
        """Add the size of a copied value.

        Raises InvalidInput at `[index]`.
        """
        size = _size(_value_at(document, operation.source), index)
        self._most += size
        self._copied += size
        if self._copied > DOCUMENT_BYTES:
            raise InvalidInput("The patch copies too much.", path=(index,))

    def check(self, document: dict[str, Any], operation: Operation, index: int) -> None:
        """Check the document's size after an operation.

        Raises InvalidInput at `[index]`.
        """
        self._most += POINTER_LENGTH + len(orjson.dumps(operation.value))
        if self._most > DOCUMENT_BYTES or operation.op == "move":
            self._most = _measured(document, index)


def _measured(document: dict[str, Any], index: int) -> int:
    size = _size(document, index)
    if size > DOCUMENT_BYTES:
        raise InvalidInput("The patch makes the segment too large.", path=(index,))
    return size


def _size(value: Any, index: int) -> int:
    try:
        return len(orjson.dumps(value))
    except orjson.JSONEncodeError as error:  # nested deeper than it can follow
        raise InvalidInput("The patch nests the segment too deeply.", path=(index,)) from error


def _make_parents(document: dict[str, Any], path: Pointer) -> None:
    for parent in OPTIONAL_PARENTS:
        if path[: len(parent)] == parent and len(path) > len(parent):
            holder = document
            for name in parent:
                holder = holder.setdefault(name, {})


def _applied(document: dict[str, Any], operation: Operation, index: int) -> dict[str, Any]:
    path = jsonpointer.JsonPointer.from_parts(operation.path).path
    if operation.op == "test":
        _check_value(document, operation, index)
        return document
    if operation.clears:
        if operation.op == "add" and not _exists(document, operation.path):
            return document
        step: dict[str, Any] = {"op": "remove", "path": path}
    else:
        source = jsonpointer.JsonPointer.from_parts(operation.source).path
        step = {"op": operation.op, "path": path, "value": operation.value, "from": source}
    try:
        result: dict[str, Any] = jsonpatch.apply_patch(document, [step], in_place=True)
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException) as failure:
        raise InvalidInput(
            f"There is nothing at {path} to {operation.op}.", path=(index, "path")
        ) from failure
    except (TypeError, KeyError, IndexError, ValueError) as failure:
        raise InvalidInput(
            f"{path} does not lead into an object or array.", path=(index, "path")
        ) from failure
    return result


def _check_value(document: dict[str, Any], operation: Operation, index: int) -> None:
    """Execute a `test` operation (RFC 6902, section 4.6).

    It is our implementation, since in Python `1` equals `true`.
    """
    path = jsonpointer.JsonPointer.from_parts(operation.path).path
    if not _exists(document, operation.path):
        raise InvalidInput(f"There is nothing at {path} to test.", path=(index, "path"))
    if not same_json(_value_at(document, operation.path), operation.value):
        raise InvalidInput(f"The value at {path} is not the tested one.", path=(index, "value"))


def _exists(document: dict[str, Any], path: Pointer) -> bool:
    nothing = object()
    return _value_at(document, path, nothing) is not nothing


def _value_at(document: dict[str, Any], path: Pointer, default: Any = None) -> Any:
    try:
        return jsonpointer.JsonPointer.from_parts(path).resolve(document, default)
    except (jsonpointer.JsonPointerException, TypeError):
        return default
