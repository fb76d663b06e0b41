"""The data file and the rows are the same assignments, each once."""

from pathlib import Path

import orjson

from benchmarks.loading.rows import SEGMENTS, TENANT, assignment_rows, log_rows, segment_rows, write_file
from models.tables.change import change_record
from models.tables.customer_assignment import customer_assignment
from models.tables.segment import segment
from resolvers.changes.record import records_of
from resolvers.writing.change import Cause, Change

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
    assert {len(row) for row in log_rows(10)} == {len(change_record.c)}


def test_records_of_the_log_are_those_of_the_rows() -> None:
    columns = [column.name for column in change_record.c]
    records = [dict(zip(columns, row, strict=True)) for row in log_rows(ROWS)]
    assert [record["seq"] for record in records] == list(range(1, ROWS + 1))
    assert [(record["segment_id"], record["customer_id"]) for record in records] == [
        row[1:3] for row in assignment_rows(ROWS)
    ]
    names = [column.name for column in customer_assignment.c]
    row = dict(zip(names, next(assignment_rows(1)), strict=True)) | {"mixins": {}, "mixin_schemas": {}}
    [made] = records_of([Change(customer_assignment, None, row, Cause.IMPORT)])
    assert made._asdict() == {name: records[0][name] for name in made._fields}


def test_segments_take_turns() -> None:
    ids = [row[1] for row in assignment_rows(2 * SEGMENTS)]
    assert ids[:SEGMENTS] == ids[SEGMENTS:]
    assert len(set(ids)) == SEGMENTS
