"""Whether an answer is one that an OpenAPI document describes."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import unquote

import httpx
from jsonschema_rs import Draft4Validator, Draft202012Validator

Schema: TypeAlias = Mapping[str, Any]
ROUTING: Final = {404, 405}
"""What is answered where no operation is asked for."""
EXTENSION: Final = "/customer-segment/{tenant}/changes"
METHODS: Final = ("get", "put", "post", "delete", "patch")


class Conformance:
    """Looks at answers with the eyes of a document."""

    def __init__(
        self, document: Mapping[str, Any], *, allowed: Callable[[str, int], bool] = lambda *_: False
    ) -> None:
        """`allowed` says which undocumented statuses of an operation are no failure."""
        self._document = document
        self._allowed = allowed
        self._validator = Draft4Validator if document["openapi"].startswith("3.0") else Draft202012Validator
        self._validators: dict[tuple[str, str], Any] = {}
        self._paths = sorted(
            ((path, path.split("/")) for path in document["paths"]),
            key=lambda item: [part.startswith("{") for part in item[1]],
        )

    async def check(self, response: httpx.Response) -> None:
        """Raise AssertionError where the answer is none of the operation's; a hook for httpx."""
        await response.aread()
        if self._extends(response.request):
            return
        operation = self.operation_of(response.request)
        if operation is None:
            assert response.status_code in {*ROUTING, 414, 431}, response.text
        else:
            self._check_answer(operation, response)

    def _extends(self, request: httpx.Request) -> bool:
        """Whether the request asks for an extension or a newer operation that the document has not."""
        return EXTENSION not in self._document["paths"] and bool(
            re.search(
                "/(changes|rule|rule/pause|rule/preview|rule/release|segments/me|groups|groups/[^/]+)([?]|$)",
                str(request.url),
            )
        )

    def operation_of(self, request: httpx.Request) -> Mapping[str, Any] | None:
        """The operation that a request asks for; literal paths win."""
        parts = request.url.raw_path.decode().partition("?")[0].split("/")
        method = "get" if request.method == "HEAD" else request.method.lower()
        for path, pattern in self._paths:
            if len(pattern) == len(parts) and all(
                (name.startswith("{") and part) or name == unquote(part)
                for name, part in zip(pattern, parts, strict=True)
            ):
                operation: Mapping[str, Any] | None = self._document["paths"][path].get(method)
                return operation
        return None

    def _check_answer(self, operation: Mapping[str, Any], response: httpx.Response) -> None:
        name, status = operation["operationId"], str(response.status_code)
        described = operation["responses"].get(status)
        if described is None:
            assert self._allowed(name, response.status_code), f"{name}: {status} is not described"
            return
        described = self._resolved(described)
        for header, description in described.get("headers", {}).items():
            self._check_header(response, header, self._resolved(description))
        content = described.get("content")
        if content is None or response.request.method == "HEAD":
            assert response.content == b"", f"{name}: {status} has a body"
            return
        assert response.headers["content-type"] in content, f"{name}: {status}: {response.headers}"
        problems = self.problems((name, status), content["application/json"]["schema"], response.json())
        assert problems == [], f"{name}: {status}: {problems}"

    def _check_header(self, response: httpx.Response, header: str, description: Mapping[str, Any]) -> None:
        value: Any = response.headers.get(header)
        if value is None:
            return
        if description["schema"].get("type") == "integer":
            value = int(value)
        assert self._validator(dict(description["schema"])).is_valid(value), (header, value)

    def problems(self, key: tuple[str, str], schema: Schema, value: Any) -> list[str]:
        """What is wrong with a value; `key` is what the schema is remembered by."""
        if key not in self._validators:
            whole = {"allOf": [schema], "components": self._document.get("components", {})}
            self._validators[key] = self._validator(whole, validate_formats=True)
        return [
            f"{error.instance_path}: {error.message}" for error in self._validators[key].iter_errors(value)
        ]

    def _resolved(self, described: Mapping[str, Any]) -> Mapping[str, Any]:
        reference = described.get("$ref")
        if reference is None:
            return described
        found: Any = self._document
        for step in re.split("/", reference.removeprefix("#/")):
            found = found[step]
        resolved: Mapping[str, Any] = found
        return resolved


def closed(value: Any) -> Any:
    """The same document in which no object has members that are not described.

    Clients are to pass over what they do not know, so the document itself is open; what we answer is not.
    """
    if isinstance(value, list):
        return [closed(element) for element in value]
    if not isinstance(value, dict):
        return value
    inside = {name: closed(member) for name, member in value.items()}
    if inside.get("type") == "object" and "properties" in inside:
        inside.setdefault("additionalProperties", False)
    return inside
