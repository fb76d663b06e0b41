"""The reader of JSON bodies.

A body is bounded, of the right media type, and well-formed.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive

from resolvers.errors import InvalidInput
from resolvers.match import MAXIMUM_IDS
from resolvers.values.json_text import InvalidJson, JsonLimits, JsonTooLarge, received_json
from rest_compat.wire.content import BOM, check_content_coding, check_media_type, check_utf_8
from rest_compat.wire.errors import Refused

LARGEST_BODY: Final = 10 * 1024 * 1024
LONGEST_LENGTH: Final = 18
"""Digits of a Content-Length that are worth reading as a number."""
LARGEST_SEARCH: Final = 65_536


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """The limits of a request's body.

    They hold for any operation.
    """

    size: int = LARGEST_BODY
    json: JsonLimits = field(default_factory=JsonLimits)


@dataclass(frozen=True, slots=True)
class Body:
    """The body of one operation.

    `size` is its limit where that is smaller than for other bodies. `objects` and `values` are the numbers
    that it needs even where other bodies may have fewer.
    """

    media_types: tuple[str, ...]
    size: int | None = None
    objects: int = 0
    values: int = 0

    def limits(self, limits: BodyLimits) -> BodyLimits:
        """Return the limits of this body.

        `limits` are those of any body.
        """
        json = limits.json
        objects, values = max(json.objects, self.objects), max(json.values, self.values)
        size = limits.size if self.size is None else min(limits.size, self.size)
        return BodyLimits(size, JsonLimits(json.depth, values, objects))


NO_BODY: Final = Body(())
"""A sent body is ignored."""
JSON: Final = Body(("application/json",))
SEARCH: Final = Body(JSON.media_types, size=LARGEST_SEARCH)
MATCH: Final = Body(JSON.media_types, objects=2 * MAXIMUM_IDS, values=8 * MAXIMUM_IDS)
"""Twice what can be matched, so that lists that are somewhat too long are refused as such.

Each item is an object with a name and a value, each segment a value.
"""
JSON_PATCH: Final = Body((*JSON.media_types, "application/json-patch+json"))
"""The limits of a PATCH (D68)."""


async def read_json(request: Request, media_types: tuple[str, ...], limits: BodyLimits) -> Any:
    """Return the parsed body.

    None where there is none. Raises Refused with 413 or 415, or InvalidInput.
    """
    body = (await read_bounded(request, limits.size)).removeprefix(BOM)
    if not body.strip():
        return None
    check_media_type(request.headers.get("content-type", ""), media_types)
    check_content_coding(request.headers.raw)
    try:
        return await received_json(body, limits.json)
    except JsonTooLarge as error:
        raise InvalidInput(str(error)) from None
    except InvalidJson as error:
        check_utf_8(body, media_types)
        raise InvalidInput(f"The body is not JSON: {error}.") from error


async def read_bounded(request: Request, largest: int) -> bytes:
    """Return a body of at most `largest` bytes.

    A chunked body has no length to check first, so both the length and the bytes are checked. Raises Refused
    with 413.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and (len(announced) > LONGEST_LENGTH or int(announced) > largest):
        raise Refused(413)
    try:
        return await whole_body(request.receive, largest)
    except BodyTooLarge:
        raise Refused(413) from None


class BodyTooLarge(Exception):
    """More than the allowed bytes were received.

    The rest is not read.
    """


async def whole_body(receive: Receive, largest: int) -> bytes:
    """Return the body of a request.

    Raises BodyTooLarge, or ClientDisconnect where its end will not come.
    """
    chunks: list[bytes] = []
    size, goes_on = 0, True
    while goes_on:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        goes_on = message.get("more_body", False)
        size += len(chunk)
        if size > largest:
            raise BodyTooLarge
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
