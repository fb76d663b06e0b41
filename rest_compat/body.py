"""Reading a JSON body: bounded, of the right media type, well-formed."""

from typing import Any, Final

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive

from resolvers.errors import InvalidInput
from rest_compat.errors import Refused

LARGEST_BODY: Final = 10 * 1024 * 1024
LONGEST_LENGTH: Final = 18
"""Digits of a Content-Length that are worth reading as a number."""
NO_BODY: Final = ()
"""What is sent is not looked at."""
JSON: Final = ("application/json",)
JSON_PATCH: Final = (*JSON, "application/json-patch+json")
"""What a PATCH may be (D68)."""


async def read_json(request: Request, media_types: tuple[str, ...], largest: int = LARGEST_BODY) -> Any:
    """The parsed body, None where there is none. Raises Refused with 413 or 415, or InvalidInput."""
    body = await read_bounded(request, largest)
    if not body.strip():
        return None
    media_type = request.headers.get("content-type", "").partition(";")[0]
    if media_type.strip().lower() not in media_types:
        raise Refused(415)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidInput(f"The body is not JSON: {error}.") from error


async def read_bounded(request: Request, largest: int) -> bytes:
    """The body, of at most so many bytes; a chunked one has no length to look at first, so both are counted.

    Raises Refused with 413.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and (len(announced) > LONGEST_LENGTH or int(announced) > largest):
        raise Refused(413)
    try:
        return await whole_body(request.receive, largest)
    except BodyTooLarge:
        raise Refused(413) from None


class BodyTooLarge(Exception):
    """More has come than may come; what is left of it is not read."""


async def whole_body(receive: Receive, largest: int) -> bytes:
    """The body of a request. Raises BodyTooLarge, or ClientDisconnect where its end will not come."""
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
