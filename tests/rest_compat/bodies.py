"""Bodies in codings and charsets that are not read, and those that are."""

import gzip
import zlib
from typing import Final

CODED: Final = "The body has a content coding; send it without Content-Encoding."
NOT_UTF_8: Final = "The body must be in UTF-8."
BOM: Final = b"\xef\xbb\xbf"


def codings(body: bytes) -> dict[str, tuple[dict[str, str], bytes]]:
    """By name, the headers and the bytes of a body with a content coding."""
    return {
        "gzip": ({"Content-Encoding": "gzip"}, gzip.compress(body)),
        "a coding in capitals": ({"Content-Encoding": "GZIP"}, gzip.compress(body)),
        "deflate": ({"Content-Encoding": "deflate"}, zlib.compress(body)),
        "two codings": ({"Content-Encoding": "identity, br"}, body),
        "a coding that is not applied": ({"Content-Encoding": "gzip"}, body),
        "an unknown coding": ({"Content-Encoding": "aes128gcm"}, body),
        "gzip without a header": ({}, gzip.compress(body)),
    }


def charsets(text: str) -> dict[str, bytes]:
    """By name, a text with `ü` in other charsets than UTF-8."""
    assert "ü" in text
    return {
        name: text.encode(name)
        for name in ("latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
    }
