"""Places in data files, and going on from them."""

import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.policy import Policy
from resolvers.transfer.line import read_lines
from resolvers.transfer.load import batches
from resolvers.transfer.source import BEGINNING, LINE_BYTES, Place, Source, SourceChanged

LINES = [b'{"kind":"product","id":"p1"}\n', b"\n", b'{"kind":"product","id":"p2"}\n', b"last"]
FILE = b"".join(LINES)


def place_after(lines: list[bytes]) -> Place:
    data = b"".join(lines)
    return Place(len(lines), len(data), hashlib.sha256(data).hexdigest())


def source(data: bytes) -> Source:
    return Source(io.BytesIO(data))


def test_the_place_is_before_the_last_line_read() -> None:
    read = source(FILE)
    places = []
    for _ in LINES:
        read.readline(LINE_BYTES)
        places.append(read.place)
    assert places == [BEGINNING, *(place_after(LINES[:count]) for count in (1, 2, 3))]
    assert read.readline(LINE_BYTES) == b""
    assert read.place == Place(3, len(FILE), hashlib.sha256(FILE).hexdigest())


def test_reading_goes_on_behind_a_place() -> None:
    read = source(FILE)
    assert read.skip(place_after(LINES[:2]), {1, 2}) == {1: LINES[0], 2: LINES[1]}
    assert [read.readline(LINE_BYTES) for _ in range(3)] == [LINES[2], LINES[3], b""]


@pytest.mark.parametrize(
    "data",
    [
        FILE.replace(b"p1", b"p3"),
        FILE.replace(b"\n\n", b"\n"),
        FILE[: len(LINES[0])],
        b"",
        FILE.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + FILE,
    ],
)
def test_other_bytes_before_the_place_are_refused(data: bytes) -> None:
    with pytest.raises(SourceChanged):
        source(data).skip(place_after(LINES[:2]))


def test_a_last_line_that_goes_on_is_another_one() -> None:
    end = Place(3, len(FILE), hashlib.sha256(FILE).hexdigest())
    assert source(FILE).skip(end) == {}
    for more in (b"x", b"\n"):
        with pytest.raises(SourceChanged):
            source(FILE + more).skip(end)


def test_a_file_may_have_more_lines_than_before() -> None:
    read = source(FILE + b"\nnew")
    read.skip(place_after(LINES[:3]))
    assert read.readline(LINE_BYTES) == b"last\n"


@given(st.lists(st.sampled_from([*LINES[:3], b"x" * 20 + b"\n"]), max_size=12), st.booleans())
def test_each_batch_has_the_place_from_which_the_rest_is_read(lines: list[bytes], breaks: bool) -> None:
    data = b"".join(lines)
    data = data if breaks else data.removesuffix(b"\n")
    read = source(data)
    numbers = [line.number for line in read_lines(source(data), Policy())]
    for batch in batches(read_lines(read, Policy())):
        place = read.place
        rest = source(data)
        rest.skip(place)
        following = [line.number for line in read_lines(rest, Policy(), first=place.line + 1)]
        assert following == [number for number in numbers if number > batch[-1].number]


def test_a_long_line_is_one_line() -> None:
    data = b"x" * (2 * LINE_BYTES + 5) + b"\n" + LINES[0]
    read = source(data)
    list(read_lines(read, Policy()))
    assert (read.place.line, read.place.position) == (2, len(data))
    again = source(data)
    again.skip(read.place)
    assert again.readline(1) == b""
