"""Which operation a request asks for.

Starlette routes on the decoded path, in which an encoded slash of an id looks like one
between names. The drop-in splits the path as it was sent, and decodes the parts afterwards.
"""

import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote, unquote_to_bytes

from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp
from starlette.types import Scope as AsgiScope

from resolvers.caller import Scope
from rest_compat.body import NO_BODY, Body
from rest_compat.call import Call
from rest_compat.errors import Refused

Answer: TypeAlias = Callable[[Call], Awaitable[Response]]
Parts: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the contract; any of `scopes` will do, and no media types mean no body."""

    operation_id: str
    method: str
    path: str
    scopes: tuple[Scope, ...]
    answer: Answer
    body: Body = NO_BODY

    @property
    def media_types(self) -> tuple[str, ...]:
        """Those that a body may be of."""
        return self.body.media_types


class AnyPathMount(Mount):
    """A mount below which a path may hold any character; Starlette's own ends at an encoded line break."""

    def __init__(self, path: str, app: ASGIApp) -> None:
        super().__init__(path, app)
        self.path_regex = re.compile(self.path_regex.pattern, re.DOTALL)


class Router:
    """Finds operations by method and path."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        by_pattern: dict[Parts, dict[str, Operation]] = defaultdict(dict)
        for operation in operations:
            methods = by_pattern[tuple(operation.path.split("/")[1:])]
            methods[operation.method] = operation
            if operation.method == "GET":
                methods["HEAD"] = operation
        self._patterns = sorted(by_pattern.items(), key=lambda item: [_is_template(part) for part in item[0]])

    def find(self, method: str, parts: Sequence[str]) -> tuple[Operation, Mapping[str, str]]:
        """The operation and the values in its path; literal paths win for every method (D1).

        Raises Refused with 404 or 405.
        """
        for pattern, methods in self._patterns:
            if _fits(pattern, parts):
                if method not in methods:
                    raise Refused(405, {"Allow": ", ".join(sorted(methods))})
                values = zip(pattern, parts, strict=True)
                return methods[method], {name[1:-1]: part for name, part in values if _is_template(name)}
        raise Refused(404)


def _is_template(part: str) -> bool:
    return part.startswith("{")


def _fits(pattern: Parts, parts: Sequence[str]) -> bool:
    return len(pattern) == len(parts) and all(
        bool(part) if _is_template(name) else part == name for name, part in zip(pattern, parts, strict=True)
    )


def path_parts(scope: AsgiScope) -> list[str]:
    """The decoded parts of the path below the mount point.

    Bytes that are no UTF-8 become lone surrogates, which the checks of ids refuse.
    """
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    below = raw.split(b"/")[scope.get("root_path", "").count("/") + 1 :]
    return [unquote_to_bytes(part).decode(errors="surrogateescape") for part in below]
