"""Checks of single settings.

Each check returns the value, or gives the reason in a ValueError.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from models.language_tag import canonical_tag

ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
"""An origin as browsers send it: in lower case, without a path."""
SHORTEST_SECRET = 32
"""Bytes: as long as the hash of HS256 (RFC 7518, 3.2)."""


GOOD_SECRET: Final = f"at least {SHORTEST_SECRET} bytes; `openssl rand -hex 32` makes a good one"


def is_short(secret: SecretStr) -> bool:
    """Whether the secret is too short to be safe."""
    return len(secret.get_secret_value().encode()) < SHORTEST_SECRET


def check_secret(secret: SecretStr | None) -> SecretStr | None:
    """Check the length of a secret to sign or seal with."""
    if secret is not None and is_short(secret):
        raise ValueError(f"must have {GOOD_SECRET}")
    return secret


def check_database_url(url: str) -> str:
    """Check a database URL of SQLite or PostgreSQL.

    SQLite needs a file. Messages never repeat the URL: it may hold a password.
    """
    # Imported here: a command without a database starts faster without it.
    from sqlalchemy import make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    remedy = "write sqlite+aiosqlite:///path or postgresql+asyncpg://user:password@host/name"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError(f"is not a database URL: {remedy}") from None
    if parsed.drivername not in {"sqlite+aiosqlite", "postgresql+asyncpg"}:
        raise ValueError(f"starts with an unknown database or driver: {remedy}")
    if parsed.drivername == "sqlite+aiosqlite" and parsed.database in {None, "", ":memory:"}:
        raise ValueError("must name a file: the connections of a pool cannot share a database in memory")
    return url


def check_replica_url(url: str) -> str:
    """Check the database URL of a standby, which only PostgreSQL has."""
    check_database_url(url)
    if not is_postgresql(url):
        raise ValueError("must name a PostgreSQL server: SQLite has no standby")
    return url


def is_postgresql(url: str) -> bool:
    """Whether a database URL names a PostgreSQL server."""
    return url.startswith("postgresql")


def check_web_address(url: str) -> str:
    """Check an absolute http or https address."""
    import httpx  # noqa: PLC0415  (as above)

    remedy = "must be an http:// or https:// address"
    try:
        parts = urlsplit(url)
        is_complete = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        httpx.URL(url)  # stricter: it refuses control characters
    except (ValueError, httpx.InvalidURL):
        raise ValueError(remedy) from None
    if not is_complete:
        raise ValueError(remedy)
    return url


def check_origin(origin: str) -> str:
    """Check an origin such as `https://shop.example`, or `*`.

    `*` is any origin. An origin is compared letter by letter.
    """
    if origin != "*" and not ORIGIN.fullmatch(origin):
        raise ValueError(
            "must be made of origins such as https://shop.example, in lower case, without a path"
        )
    return origin


def check_language(tag: str) -> str:
    """Return a language tag in canonical case.

    A tag is for example `en` or `pt-BR`. Raises ValueError where it is not well-formed.
    """
    canonical = canonical_tag(tag)
    if canonical is None:
        raise ValueError("must be made of BCP 47 language tags such as en or pt-BR")
    return canonical


def split_words(text: str) -> tuple[str, ...]:
    """Split a list separated by commas, spaces or both."""
    return tuple(text.replace(",", " ").split())
