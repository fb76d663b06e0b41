"""The bytes of a data file, and places between its lines."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Protocol

LINE_BYTES: Final = 10_000_000


class Stream(Protocol):
    """What lines are read from."""

    def readline(self, limit: int, /) -> bytes:
        """The next line, or its beginning up to the limit."""


class SourceChanged(Exception):
    """The loaded lines of the file have changed."""


@dataclass(frozen=True, slots=True)
class Place:
    """The end of a line: number, position and SHA-256."""

    line: int
    position: int
    digest: str


BEGINNING: Final = Place(0, 0, hashlib.sha256().hexdigest())


class Source:
    """A stream with the place before its last read.

    `batches` reads one line more than it returns: the last read is of that line, or of the end.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._text = b""
        self._digest = hashlib.sha256()
        self._position = 0
        self._line = 0

    @property
    def place(self) -> Place:
        """The place before the last read."""
        return Place(self._line, self._position, self._digest.hexdigest())

    def readline(self, limit: int, /) -> bytes:
        """Read the next line, at most up to the limit."""
        self._count()
        self._text = self._stream.readline(limit)
        return self._text

    def skip(self, place: Place, numbers: Collection[int] = ()) -> dict[int, bytes]:
        """Read up to a place; return the lines with these numbers.

        Raises SourceChanged where the bytes are other ones, or the last line goes on.
        """
        lines: dict[int, bytes] = {}
        number, text = 1, b"\n"
        while self._position < place.position and (text := self.readline(LINE_BYTES + 1)):
            if number in numbers:
                lines[number] = lines.get(number, b"") + text
            number += text.endswith(b"\n")
            self._count()
        if self.place != place or (not text.endswith(b"\n") and self.readline(1)):
            raise SourceChanged
        return lines

    def _count(self) -> None:
        text, self._text = self._text, b""
        self._digest.update(text)
        self._position += len(text)
        self._line += text.endswith(b"\n")
