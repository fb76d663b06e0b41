"""A random development key in SEGMENTS_HOME.

`serve --demo` verifies with it, `token` signs with it.
"""

import os
import secrets
from pathlib import Path

FILE_NAME = "development.key"


def development_key(home: Path) -> str:
    """Read the key of a folder, made if missing.

    Processes that ask at the same time get the same key. Raises OSError where the folder cannot be used.
    """
    path = home / FILE_NAME
    if not path.exists():
        _make(path)
    return path.read_text("ascii")


def _make(path: Path) -> None:
    """Create the key file atomically, unless one exists."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{FILE_NAME}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
