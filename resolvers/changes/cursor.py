"""Cursors of the change log.

A cursor holds epoch and number, and behind a write without records the count of those. It is encrypted, so it
does not show the tenant's volume of changes.
"""

import base64
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from resolvers.errors import ChangesOff, InvalidArgument, Path

KEY_BYTES: Final = 64
NUMBER_BYTES: Final = 8
END_OF_EPOCH: Final = b"\0"
"""Before the count of writes without records, where there are some."""
LONGEST_CURSOR: Final = 200


@dataclass(frozen=True, slots=True)
class Position:
    """A position in a tenant's log, after a record.

    It is after the record with this number. The epoch is empty before the first record.
    """

    epoch: str
    seq: int
    writes: int = 0
    """The number of writes before it that left no record, such as those of customers. Readers of changes
    ignore it."""

    def includes(self, earlier: "Position") -> bool:
        """Whether a head at this position shows all that was written up to another position."""
        if earlier == NO_RECORD:
            return True
        is_later = self.seq >= earlier.seq and self.writes >= earlier.writes
        return self.epoch == earlier.epoch and is_later


NO_RECORD: Final = Position("", 0)
"""Before the first record that a tenant will ever have."""


class CursorSeal:
    """Converts positions to cursors, and cursors to positions.

    Equal positions have equal cursors. A cursor is valid for one tenant only. `secret` is the operator's;
    without it there are no cursors: raises ChangesOff.
    """

    def __init__(self, secret: bytes) -> None:
        if not secret:
            raise ChangesOff()
        derive = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"segment-gateway change cursor")
        self._cipher = AESSIV(derive.derive(secret))

    def cursor(self, tenant: str, position: Position) -> str:
        """The cursor of a position: printable and opaque."""
        writes = END_OF_EPOCH + position.writes.to_bytes(NUMBER_BYTES) if position.writes else b""
        plain = position.seq.to_bytes(NUMBER_BYTES) + position.epoch.encode() + writes
        sealed = self._cipher.encrypt(plain, [tenant.encode()])
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def position(self, tenant: str, cursor: str, path: Path = ("after",)) -> Position:
        """The position of a cursor.

        Raises InvalidArgument if the cursor is invalid or of another tenant.
        """
        try:
            plain = self._cipher.decrypt(_decoded(cursor), [tenant.encode()])
        except (ValueError, InvalidTag) as failure:
            raise InvalidArgument("This is not a cursor of changes.", path=path) from failure
        epoch, _, writes = plain[NUMBER_BYTES:].partition(END_OF_EPOCH)
        return Position(epoch.decode(), int.from_bytes(plain[:NUMBER_BYTES]), int.from_bytes(writes))


def cursor_of_write(tenant: str, position: Position | None, secret: bytes) -> str | None:
    """The cursor of the position behind a write; None where there is no write, or are no cursors."""
    return CursorSeal(secret).cursor(tenant, position) if position is not None and secret else None


def _decoded(cursor: str) -> bytes:
    if len(cursor) > LONGEST_CURSOR or not cursor.isascii():
        raise ValueError(cursor)
    return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
