"""Headers of every response, of both APIs.

What belongs to the connection (Strict-Transport-Security) is left to the proxy that ends TLS: only it
knows whether there is TLS at all. The GraphiQL page adds its content security policy itself.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

RawHeaders: TypeAlias = Sequence[tuple[bytes, bytes]]

ON_EVERY_ANSWER: Final[RawHeaders] = (
    (b"cache-control", b"no-store"),  # an answer is meant for one caller, at one time
    (b"x-content-type-options", b"nosniff"),
)


def with_defaults(headers: RawHeaders, defaults: RawHeaders) -> list[tuple[bytes, bytes]]:
    """Return the headers, and defaults with other names.

    Names are in lower case, as in ASGI.
    """
    names = dict(headers)
    return [*headers, *[default for default in defaults if default[0] not in names]]
