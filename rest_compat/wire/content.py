"""Checks of a body's headers (RFC 9110, section 8).

Media type, charset and content coding.
"""

from collections.abc import Collection
from typing import Final

from rest_compat.wire.errors import Refused
from rest_compat.wire.headers import RawHeaders, list_members, list_value

UTF_8: Final = frozenset({"utf-8", "utf8"})
BOM: Final = b"\xef\xbb\xbf"
CODED: Final = "The body has a content coding; send it without Content-Encoding."
NOT_UTF_8: Final = "The body must be in UTF-8."
GZIP: Final = b"\x1f\x8b"
MOST_CODINGS: Final = 10
MOST_PARAMETERS: Final = 20


def check_content_coding(headers: RawHeaders) -> None:
    """Raise Refused with 415 for an encoded body.

    No coding is decoded, so small bodies stay small.
    """
    codings = list_value(headers, b"content-encoding")
    if codings and any(coding.lower() != "identity" for coding in list_members(codings, MOST_CODINGS)):
        raise _coding_refused()


def check_media_type(content_type: str, media_types: Collection[str], message: str | None = None) -> None:
    """Raise Refused with 415 for another media type or charset.

    Other parameters have no meaning here.
    """
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";", MOST_PARAMETERS))
    if media_type not in media_types:
        raise _type_refused(media_types, message)
    for parameter in parameters:
        name, _, value = (part.strip() for part in parameter.partition("="))
        if name == "charset" and value.strip('"') not in UTF_8:
            raise _type_refused(media_types, message or NOT_UTF_8)


def check_utf_8(body: bytes, media_types: Collection[str]) -> None:
    """Raise Refused with 415 for bytes other than UTF-8.

    For bodies that could not be parsed: valid ones need no second look. UTF-16 and UTF-32 show by a
    zero byte at the beginning, which no text that we read has.
    """
    if body.startswith(GZIP):
        raise _coding_refused()
    try:
        body.decode()
    except UnicodeDecodeError:
        raise _type_refused(media_types, NOT_UTF_8) from None
    if b"\0" in body[:4]:
        raise _type_refused(media_types, NOT_UTF_8)


def _coding_refused() -> Refused:
    """Return 415 with the supported codings.

    There are none (RFC 9110, sections 12.5.3 and 15.5.16).
    """
    return Refused(415, {"Accept-Encoding": "identity"}, message=CODED)


def _type_refused(media_types: Collection[str], message: str | None) -> Refused:
    """Return 415 with the supported media types.

    Accept-Encoding would name another reason.
    """
    return Refused(415, {"Accept": ", ".join(media_types)}, message=message)
