"""The router from requests to operations.

In a decoded path an encoded slash of an id looks like one between names. So the path is split as it
was sent, and its parts are decoded afterwards.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import quote, unquote_to_bytes

from starlette.responses import Response
from starlette.types import Scope as AsgiScope

from resolvers.caller import Scope
from rest_compat.call import Call
from rest_compat.wire.body import NO_BODY, Body
from rest_compat.wire.errors import Refused

Answer: TypeAlias = Callable[[Call], Awaitable[Response]]

MOUNTED_AT: Final = "/customer-segment"
"""The prefix of all paths of the contract."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the contract.

    Any of `scopes` is enough, and no media types mean no body.
    """

    operation_id: str
    method: str
    path: str
    scopes: tuple[Scope, ...]
    answer: Answer
    body: Body = NO_BODY

    @property
    def media_types(self) -> tuple[str, ...]:
        """The allowed media types of a body."""
        return self.body.media_types


@dataclass(frozen=True, slots=True)
class _Path:
    """The operations of one path of the contract, by method.

    And the places of its literals and its values.
    """

    literals: tuple[tuple[int, str], ...]
    values: tuple[tuple[int, str], ...]
    methods: dict[str, Operation]

    def fits(self, parts: Sequence[str]) -> bool:
        """Return whether the parts match this path.

        The caller gives as many parts as the path has. No value is empty.
        """
        for index, name in self.literals:
            if parts[index] != name:
                return False
        return "" not in parts


class Router:
    """Finds operations by method and path."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        by_pattern: dict[tuple[str, ...], dict[str, Operation]] = defaultdict(dict)
        for operation in operations:
            methods = by_pattern[tuple(operation.path.split("/")[1:])]
            methods[operation.method] = operation
            if operation.method == "GET":
                methods["HEAD"] = operation
        self._paths: dict[int, list[_Path]] = defaultdict(list)
        for pattern in sorted(by_pattern, key=lambda names: [_is_template(name) for name in names]):
            self._paths[len(pattern)].append(_path(pattern, by_pattern[pattern]))

    def find(self, method: str, parts: Sequence[str]) -> tuple[Operation, Mapping[str, str]]:
        """Return the operation and the values in its path.

        Literal paths win for every method (D1). Raises Refused with 404 or 405.
        """
        for path in self._paths.get(len(parts), ()):
            if path.fits(parts):
                if method not in path.methods:
                    raise Refused(405, {"Allow": ", ".join(sorted(path.methods))})
                return path.methods[method], {name: parts[index] for index, name in path.values}
        raise Refused(404)


def _path(pattern: Sequence[str], methods: dict[str, Operation]) -> _Path:
    names = list(enumerate(pattern))
    return _Path(
        literals=tuple((index, name) for index, name in names if not _is_template(name)),
        values=tuple((index, name[1:-1]) for index, name in names if _is_template(name)),
        methods=methods,
    )


def _is_template(part: str) -> bool:
    return part.startswith("{")


def path_parts(scope: AsgiScope) -> list[str]:
    """Return the decoded parts of the path below MOUNTED_AT.

    Bytes that are no UTF-8 become lone surrogates, which the checks of ids refuse.
    """
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    above = scope.get("root_path", "").count("/") + MOUNTED_AT.count("/") + 1
    parts = raw.split(b"/")[above:]
    if b"%" in raw:
        parts = [unquote_to_bytes(part) for part in parts]
    return [part.decode(errors="surrogateescape") for part in parts]
