"""Regular expressions with one meaning on both databases, in linear time.

A pattern is parsed once, and written down anew for RE2 (SQLite calls `text_matches`)
and for PostgreSQL's own engine, whose search without groups is linear as well.
"""

import sys
from typing import Any, Final

import re2

from models.cache import Cache
from models.filter.pattern.emit import POSTGRESQL, RE2, emit
from models.filter.pattern.parse import parse_pattern

__all__ = ["parse_pattern", "postgresql_pattern", "re2_pattern", "text_matches"]


def re2_pattern(pattern: str) -> str:
    r"""Return the pattern in the syntax of `text_matches`.

    RE2 searches from byte to byte, and finds `\B` inside a character that has several. Where
    that matters, it is told to step from character to character.
    """
    emitted = emit(parse_pattern(pattern), RE2)
    return rf"\A(?s:.)*?(?:{emitted})" if r"\B" in emitted else emitted


def postgresql_pattern(pattern: str) -> str:
    """Return the pattern in the syntax of PostgreSQL's `~`.

    For text with COLLATE "C".
    """
    return emit(parse_pattern(pattern), POSTGRESQL)


def text_matches(pattern: str, text: str | None) -> bool | None:
    """Whether an RE2 pattern matches part of the text.

    NULL in, NULL out. SQLite calls it by this name.
    """
    return None if text is None else _compiled(pattern).search(text) is not None


def _compiled(pattern: str) -> Any:
    return _PATTERNS.get(pattern, lambda: _compile(pattern))


PATTERN_BYTES: Final = 256_000
"""The bytes that RE2 may take for one pattern during a search: without a limit, some patterns take 8 MB each.
Beyond, it searches more slowly. Every pattern that `parse_pattern` accepts compiles within it."""

_PATTERNS: Final = Cache(
    "patterns", share=0.2, size_of=lambda pattern, _compiled: PATTERN_BYTES + sys.getsizeof(pattern)
)
"""As many as one filter may have conditions, since SQLite needs all of them at each row."""


def _compile(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = PATTERN_BYTES
    compiled = re2.compile(pattern, options)
    re2.purge()  # its own cache counts patterns, not bytes
    return compiled
