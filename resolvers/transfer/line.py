"""Lines of a data file: reading and writing.

Bytes are read into commands, and records are written as bytes.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import orjson

from resolvers.errors import GatewayError, InvalidInput, Path
from resolvers.policy import Policy
from resolvers.transfer.document import deletes
from resolvers.transfer.kind import KINDS_BY_NAME, Kind, LineCommand
from resolvers.transfer.members import near_member, unknown_members
from resolvers.transfer.source import LINE_BYTES, Stream
from resolvers.values.document import Document, checked_document
from resolvers.values.json_text import InvalidJson, read_json
from resolvers.writing.command import Record

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """A line of a data file: its command or error.

    `kind` is None if the line does not show it.

    `unknown` are the members that its kind does not have.
    """

    number: int
    size: int
    kind: Kind | None
    command: LineCommand | GatewayError
    unknown: tuple[Path, ...] = ()


def read_lines(stream: Stream, policy: Policy, *, strict: bool = False, first: int = 1) -> Iterator[Line]:
    """Read the lines of the stream, whose numbers begin with `first`.

    Blank lines are counted and skipped. A line with an unknown member is read without that member, or
    rejected if `strict` is set.
    """
    for number, whole in enumerate(_texts(stream), start=first):
        if whole is None:
            yield Line(number, 0, None, InvalidInput(f"The line is longer than {LINE_BYTES:,} bytes."))
            continue
        text = _without_mark(number, whole)
        if text and not text.isspace():
            yield read_line(number, whole, policy, strict=strict)


def _without_mark(number: int, text: bytes) -> bytes:
    return text.removeprefix(BYTE_ORDER_MARK) if number == 1 else text


def _texts(stream: Stream) -> Iterator[bytes | None]:
    """Each line with its line break, or None.

    None stands for a line that is too long. At most one line is in memory.
    """
    text = stream.readline(LINE_BYTES + 1)
    while text:
        yield text if len(text) <= LINE_BYTES else None
        while len(text) > LINE_BYTES and not text.endswith(b"\n"):
            text = stream.readline(LINE_BYTES + 1)
        text = stream.readline(LINE_BYTES + 1)


def read_line(number: int, text: bytes, policy: Policy, *, strict: bool = False) -> Line:
    """Read one line of the file."""
    text = _without_mark(number, text)
    kind: Kind | None = None
    ignored: tuple[Path, ...] = ()
    try:
        document = _document(text)
        kind = _kind(document)
        ignored = unknown_members(document, kind.shape_of(document))
        if strict and ignored:
            raise _no_such_member(ignored[0], kind)
        command = kind.remove(document) if deletes(document) else kind.read(document, policy)
        return Line(number, len(text), kind, command, ignored)
    except GatewayError as error:
        return Line(number, len(text), kind, error, ignored)


def _no_such_member(path: Path, kind: Kind) -> InvalidInput:
    near = near_member(path, kind.shape)
    return InvalidInput(f"There is no such member.{f' Did you mean {near}?' if near else ''}", path=path)


def _document(text: bytes) -> Document:
    try:
        return checked_document(read_json(text))
    except InvalidJson as error:
        _require_utf8(text)
        raise InvalidInput(f"The line is not JSON: {error}.") from None


def _require_utf8(text: bytes) -> None:
    try:
        text.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(f"The line is not UTF-8 (byte {error.start + 1}).") from None


def _kind(document: Document) -> Kind:
    name = document.get("kind")
    if not isinstance(name, str) or name not in KINDS_BY_NAME:
        raise InvalidInput(f"One of {', '.join(KINDS_BY_NAME)} is expected.", path=("kind",))
    return KINDS_BY_NAME[name]


def written_line(kind: Kind, record: Record) -> bytes:
    """The canonical line of a record.

    It has `kind`, the members in their order, and sorted maps.
    """
    members = {
        name: orjson.Fragment(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))
        if isinstance(value, dict | list)
        else value
        for name, value in kind.document(record).items()
    }
    return orjson.dumps({"kind": kind.name, **members}, option=orjson.OPT_APPEND_NEWLINE)
