import sqlite3
from collections.abc import Iterator

import pytest

from models.connection.failure import ResultTooLarge
from models.connection.weight import FEW_ROWS, ROWS_AT_ONCE, Meter, WeighedRows

NUMBERS = (
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ?) SELECT 'text' || x FROM n"
)


class Transport:
    def __init__(self) -> None:
        self.is_aborted = False

    def abort(self) -> None:
        self.is_aborted = True


class Protocol:
    def __init__(self) -> None:
        self.calls: list[object] = []

    def data_received(self, data: bytes) -> None:
        self.calls.append(data)

    def eof_received(self) -> bool:
        self.calls.append("end")
        return True

    def connection_lost(self, failure: Exception | None) -> None:
        self.calls.append(failure)

    def pause_writing(self) -> None:
        self.calls.append("pause")

    def resume_writing(self) -> None:
        self.calls.append("resume")


def test_bytes_within_the_limit_are_passed_on() -> None:
    transport, protocol = Transport(), Protocol()
    meter = Meter(transport, protocol)
    meter.allow(8)
    for data in (b"four", b"more"):
        meter.data_received(data)
    meter.check()
    meter.allow(None)
    meter.data_received(b"as much as there is")
    assert protocol.calls == [b"four", b"more", b"as much as there is"]
    assert not transport.is_aborted


def test_bytes_beyond_the_limit_end_the_connection() -> None:
    transport, protocol = Transport(), Protocol()
    meter = Meter(transport, protocol)
    meter.allow(8)
    meter.data_received(b"nine bytes")
    assert transport.is_aborted
    assert protocol.calls == []
    with pytest.raises(ResultTooLarge) as failure:
        meter.check()
    assert failure.value.most == 8


def test_other_events_reach_the_protocol() -> None:
    protocol, failure = Protocol(), OSError()
    meter = Meter(Transport(), protocol)
    meter.pause_writing()
    meter.resume_writing()
    assert meter.eof_received() is True
    meter.connection_lost(failure)
    assert protocol.calls == ["pause", "resume", "end", failure]


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    yield connection
    connection.close()


@pytest.mark.parametrize("number", [1, FEW_ROWS, ROWS_AT_ONCE, ROWS_AT_ONCE + 1])
def test_all_rows_are_fetched(connection: sqlite3.Connection, number: int) -> None:
    rows = WeighedRows().fetch(connection, NUMBERS, [number])
    assert rows == [(f"text{count}",) for count in range(1, number + 1)]


def test_many_rows_are_weighed(connection: sqlite3.Connection) -> None:
    weighed = WeighedRows()
    weighed.allow(100)
    assert len(weighed.fetch(connection, NUMBERS, [FEW_ROWS])) == FEW_ROWS
    with pytest.raises(ResultTooLarge):
        weighed.fetch(connection, NUMBERS, [FEW_ROWS + 1])


def test_texts_alone_have_weight() -> None:
    weighed = WeighedRows()
    weighed.allow(100)
    weighed.weigh([(1, None, 2.5)] * 1_000)
    with pytest.raises(ResultTooLarge):
        weighed.weigh([("a" * 60,)])
