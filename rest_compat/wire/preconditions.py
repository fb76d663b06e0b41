"""Conditional requests (RFC 9110, section 13).

If-Match and If-None-Match.

The entity tag of a single resource is `"<version>-<modifiedAt>-<hash of the body>"`. The first two
parts name the stored state, which all representations of the resource share. The hash differs by
`fields`, Accept-Language and reference data, so a read compares the whole tag. A write replaces the
stored state whatever the client saw of it, so a write compares the first two parts. A tag that is a
version alone, as `metadata.version` shows it, stands for every representation of that version.

If-Modified-Since and If-Unmodified-Since are ignored, as the RFC demands of resources without a
Last-Modified date: two writes fit into the second that such a date resolves.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from models.sql.prepared import Row
from resolvers.errors import InvalidArgument
from resolvers.values.row_values import STORED, Members
from resolvers.writing.command import Record
from rest_compat.wire.errors import PreconditionFailed
from rest_compat.wire.headers import RawHeaders, list_value

IF_MATCH: Final = "If-Match"
IF_NONE_MATCH: Final = "If-None-Match"
NAMES: Final = frozenset({b"if-match", b"if-none-match"})
ANY: Final = "*"
ENTITY_TAG: Final = re.compile(r'[ \t,]*+(W/)?"([!#-~\x80-\xff]*+)"[ \t]*+(?=,|$)')
"""One member of a list of entity tags. They are no quoted strings: a backslash escapes nothing."""
DIGITS_ALONE: Final = str.maketrans("", "", "-:.TZ")
"""Removes all but the digits from an instant in the contract's form."""
HASH_BYTES: Final = 8

IsCurrent: TypeAlias = Callable[[str], bool]
"""Whether an opaque tag, the text between the quotes, names the current state."""


@dataclass(frozen=True, slots=True)
class TagList:
    """The entity tags in one header.

    Each is (opaque tag, is weak); or the header means any current representation.
    """

    tags: tuple[tuple[str, bool], ...] = ()
    is_any: bool = False

    def includes(self, is_current: IsCurrent, *, strong: bool) -> bool:
        """Return whether a tag names the current state.

        In a strong comparison weak tags never do.
        """
        return self.is_any or any(is_current(tag) for tag, is_weak in self.tags if not (strong and is_weak))


@dataclass(frozen=True, slots=True)
class Preconditions:
    """The preconditions of one request.

    They are evaluated in the order of RFC 9110, section 13.2.2.
    """

    if_match: TagList | None = None
    if_none_match: TagList | None = None
    resource_id: str | None = None

    def check_write(self, stored: Record | None) -> None:
        """Check the preconditions of a write to a stored row.

        Raises PreconditionFailed unless the write may replace the row; None means no row.
        """
        self.check_state(_names_state(stored) if stored else None)

    def check_state(self, is_current: IsCurrent | None) -> None:
        """Check the preconditions of a write to a state.

        Raises PreconditionFailed unless the write may replace the state; None means no state.
        """
        self._check_if_match(is_current)
        if self._has_none_match(is_current):
            raise PreconditionFailed(IF_NONE_MATCH, self.resource_id)

    def is_not_modified(self, is_current: IsCurrent) -> bool:
        """Return whether a read is answered with 304.

        Raises PreconditionFailed.
        """
        self._check_if_match(is_current)
        return self._has_none_match(is_current)

    def _check_if_match(self, is_current: IsCurrent | None) -> None:
        if self.if_match is None:
            return
        if is_current is None or not self.if_match.includes(is_current, strong=True):
            raise PreconditionFailed(IF_MATCH, self.resource_id)

    def _has_none_match(self, is_current: IsCurrent | None) -> bool:
        if self.if_none_match is None or is_current is None:
            return False
        return self.if_none_match.includes(is_current, strong=False)


NO_PRECONDITIONS: Final = Preconditions()


def parse_preconditions(headers: RawHeaders, resource_id: str | None = None) -> Preconditions:
    """Read the preconditions of a request.

    Raises InvalidArgument.
    """
    headers = list(headers)
    if NAMES.isdisjoint(dict(headers)):
        return NO_PRECONDITIONS
    return Preconditions(
        _tag_list(headers, IF_MATCH), _tag_list(headers, IF_NONE_MATCH), resource_id=resource_id
    )


def _tag_list(headers: RawHeaders, name: str) -> TagList | None:
    value = list_value(headers, name.lower().encode())
    if value is None:
        return None
    text = value.strip(" \t,")
    if text == ANY:
        return TagList(is_any=True)
    tags: list[tuple[str, bool]] = []
    position = 0
    while not tags or position < len(text):
        member = ENTITY_TAG.match(text, position)
        if member is None:
            raise InvalidArgument(
                'Entity tags such as "3", in double quotes, or * are expected.', path=(name,)
            )
        tags.append((member[2], member[1] is not None))
        position = member.end()
    return TagList(tuple(tags))


def opaque_tag(row: Row, body: bytes, members: Members) -> str:
    """Return the opaque tag of a row's representation.

    It is the entity tag of the versioned row, without its quotes.
    """
    digest = hashlib.blake2b(body, digest_size=HASH_BYTES).hexdigest()
    return f"{_state(row, members)}-{digest}"


def names_representation(tag: str) -> IsCurrent:
    """Return a comparison with a representation's tag.

    A tag with the version alone is equal too.
    """
    return {tag, tag.partition("-")[0]}.__contains__


def names_nothing(_tag: str) -> bool:
    """Compare a tag with a resource without entity tags."""
    return False


def _names_state(stored: Record) -> IsCurrent:
    """Return a comparison with the stored state.

    A tag with the version alone is equal too.
    """
    version, state = str(stored["version"]), _state(stored, STORED)
    return lambda tag: tag == version or tag.rpartition("-")[0] == state


def _state(row: Row, members: Members) -> str:
    """Return the part of a tag for the stored state.

    A deleted resource that is created again begins at version 1, so the version alone is not enough.
    """
    modified_at = members.instant(row, "modified_at") or ""
    return f"{row['version']}-{modified_at.translate(DIGITS_ALONE)}"
