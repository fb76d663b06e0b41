"""The data file and the rows are the same assignments, each once."""

from pathlib import Path

import orjson

from benchmarks.loading.rows import SEGMENTS, TENANT, assignment_rows, segment_rows, write_file
from models.tables.customer_assignment import customer_assignment
from models.tables.segment import segment

ROWS = 1_000


def test_file_and_rows_are_the_same_assignments(tmp_path: Path) -> None:
    file = tmp_path / "load.ndjson"
    write_file(file, ROWS)
    lines = [orjson.loads(line) for line in file.read_bytes().splitlines()]
    rows = list(assignment_rows(ROWS))
    assert [line["id"] for line in lines[:SEGMENTS]] == [row[1] for row in segment_rows()]
    assert [(line["segmentId"], line["customerId"]) for line in lines[SEGMENTS:]] == [
        row[1:3] for row in rows
    ]
    assert len({row[:4] for row in rows}) == ROWS
    assert {row[0] for row in rows} == {TENANT}


def test_rows_have_the_columns_of_their_tables() -> None:
    assert {len(row) for row in segment_rows()} == {len(segment.c)}
    assert {len(row) for row in assignment_rows(10)} == {len(customer_assignment.c)}


def test_segments_take_turns() -> None:
    ids = [row[1] for row in assignment_rows(2 * SEGMENTS)]
    assert ids[:SEGMENTS] == ids[SEGMENTS:]
    assert len(set(ids)) == SEGMENTS
