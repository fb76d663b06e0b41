"""Reads JSON from clients, with limits and exact numbers.

The limits are checked before parsing. `orjson` reads whole numbers beyond 64 bits as floats and rounds
decimals without an error. Text with a float in it is therefore read a second time, number by number.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, DecimalException
from math import isfinite
from typing import Any, Final, NoReturn

import orjson

from resolvers.background import LARGE, in_background

SAFE_CHARACTERS: Final = 16
"""Characters of a number that is unchanged as a double: it has at most 15 digits and a point."""
LONGEST_NUMBER: Final = 1_100
"""Characters. The exact decimal text of a double has up to 1,077."""
SLICE: Final = 65_536
"""Bytes that are read in one step. Other threads wait for a step, not for the whole text."""
BEYOND_DOUBLES: Final = "infinity"
"""The message of `orjson` for a number above all doubles; its other messages are errors of syntax."""
EXACT: Final = Context(prec=2 * LONGEST_NUMBER)
INT64: Final = range(-(2**63), 2**63)


class InvalidJson(ValueError):
    """The text is not JSON, or exceeds a limit."""


class JsonTooLarge(InvalidJson):
    """The text is nested too deeply, or has too many values."""


@dataclass(frozen=True, slots=True)
class InexactNumber:
    """The text of a number without an exact representation.

    Neither 64-bit integers nor doubles can hold the number. No input takes a value of this type, so every
    input refuses it.
    """

    text: str

    def __inspect__(self) -> str:
        """The representation in messages of graphql-core."""
        return self.text


@dataclass(frozen=True, slots=True)
class JsonLimits:
    """Limits on the size of JSON.

    Names of members count as values.
    """

    depth: int = 100
    values: int = 50_000
    objects: int = 5_000

    def check(self, data: bytes) -> None:
        """Check the limits; raise JsonTooLarge.

        It counts marks between strings, which takes a millisecond per megabyte.
        """
        if len(data) <= self.values and data.count(b"{") + data.count(b"[") <= min(self.depth, self.objects):
            return
        text = _without_escapes(data)
        if _count(text, b'"', most=2 * self.values) > 2 * self.values:
            self._refuse_values()
        marks = b'"'.join(text.split(b'"')[::2])
        separators = _count(marks, b",", b":", most=self.values)
        marks = _without_space(marks)
        containers = _count(marks, b"{", b"[", most=2 * self.values)  # half of them may be empty
        if separators > self.values or containers > 2 * self.values:
            self._refuse_values()
        values = 1 + separators + containers - marks.count(b"{}") - marks.count(b"[]")
        if values > self.values or marks.count(b"{") > self.objects:
            self._refuse_values()
        if containers > self.depth and _deepest(marks) > self.depth:
            raise JsonTooLarge(f"JSON may be nested {self.depth} levels deep, no more.")

    def _refuse_values(self) -> NoReturn:
        raise JsonTooLarge(
            f"JSON may have {self.values:,} names and values, and {self.objects:,} objects, no more."
        )


def read_json(data: bytes, limits: JsonLimits | None = None) -> Any:
    """Parse JSON with exact numbers.

    A number without an exact representation becomes an InexactNumber. Raises InvalidJson, of which
    JsonTooLarge is a subclass.
    """
    if limits is not None:
        limits.check(data)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if BEYOND_DOUBLES not in error.msg:
            raise InvalidJson(f"{error.msg} (character {error.pos + 1})") from None
        return _exactly(data)
    return _exactly(data) if has_float(value) else value


async def received_json(data: bytes, limits: JsonLimits) -> Any:
    """Parse JSON, a large text in another thread.

    See `read_json`.
    """
    if len(data) <= LARGE:
        return read_json(data, limits)
    return await in_background(lambda: read_json(data, limits))


def exact_integer(text: str) -> int | InexactNumber:
    """Parse a whole number of any size.

    It is in the syntax of JSON and GraphQL. Numbers beyond 64 bits become an InexactNumber.
    """
    return int(text) if len(text) <= LONGEST_NUMBER else InexactNumber(text)


def exact_decimal(text: str) -> float | InexactNumber:
    """Parse a number with a fraction or an exponent.

    Returns the double with this text, else an InexactNumber.

    A double may be written with more digits than it needs, if they are its own: `%.17g` and `%.25f`
    write 0.1 as 0.10000000000000001 and 0.1000000000000000055511151. Other digits would be lost.
    """
    number = float(text)
    if len(text) <= SAFE_CHARACTERS and "e" not in text and "E" not in text:
        return number
    if len(text) > LONGEST_NUMBER or not isfinite(number):
        return InexactNumber(text)
    return number if _is_text_of(text, number) else InexactNumber(text)


def _is_text_of(text: str, number: float) -> bool:
    """Whether the text denotes exactly this double.

    The text is the number's shortest decimal, or its exact decimal rounded to as many digits.
    """
    if text in {repr(number), f"{number:.17g}"}:  # nearly always, and much faster
        return True
    source, exact = Decimal(text), Decimal(number)
    if source == Decimal(repr(number)):
        return True
    if not number:
        return False  # a number too small to be told from zero
    try:
        return exact.quantize(source, context=EXACT) == source
    except DecimalException:
        return False


def _exactly(data: bytes) -> Any:
    """Parse JSON number by number.

    The text is valid JSON, except for numbers above all doubles.
    """
    try:
        return json.loads(data.decode(), parse_int=exact_integer, parse_float=exact_decimal)
    except json.JSONDecodeError as error:
        raise InvalidJson(f"{error.msg} (character {error.pos + 1})") from None
    except (ValueError, RecursionError) as error:
        raise InvalidJson(str(error)) from None


def has_float(value: Any) -> bool:
    """Whether a JSON value has a float."""
    pending = [value]
    while pending:
        current = pending.pop()
        kind = type(current)
        if kind is float:
            return True
        if kind is dict:
            pending.extend(current.values())
        elif kind is list:
            pending.extend(current)
    return False


def has_text(value: Any, part: str) -> bool:
    """Whether a string of a JSON value contains a part.

    Names of members count as strings.
    """
    pending = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, str):
            if part in current:
                return True
        elif isinstance(current, Mapping):
            pending.extend(current)
            pending.extend(current.values())
        elif isinstance(current, list):
            pending.extend(current)
    return False


def _count(data: bytes, *marks: bytes, most: int) -> int:
    """The number of marks in the data.

    Counting stops beyond `most`.
    """
    total = 0
    for start in range(0, len(data), SLICE):
        total += sum(data.count(mark, start, start + SLICE) for mark in marks)
        if total > most:
            break
    return total


def _without_escapes(data: bytes) -> bytes:
    """The text without escaped backslashes and quotation marks.

    Each remaining quotation mark begins or ends a string.
    """
    return b"".join(_slices_without_escapes(data)) if b"\\" in data else data


def _slices_without_escapes(data: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(data):
        part = data[start : start + SLICE]
        backslashes = len(part) - len(part.rstrip(b"\\"))
        if backslashes % 2:  # the last one escapes what follows
            part = data[start : start + SLICE + 1]
        yield part.replace(b"\\\\", b"").replace(b'\\"', b"")
        start += len(part)


def _without_space(marks: bytes) -> bytes:
    parts = (marks[start : start + SLICE] for start in range(0, len(marks), SLICE))
    return b"".join(part.translate(None, b" \t\r\n") for part in parts)


def _deepest(marks: bytes) -> int:
    depth = deepest = 0
    for mark in marks.translate(None, bytes(set(range(256)) - set(b"[]{}"))):
        depth += 1 if mark in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest
