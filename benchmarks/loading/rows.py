"""Customer assignments of a data file, and the same ones as rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson

from benchmarks.dataset.rows import OPENED, Row
from models.tables.columns import instant_text
from models.tables.customer_assignment import NO_LEGAL_ENTITY

TENANT: Final = "loaded"
SEGMENTS: Final = 200
PER_CUSTOMER: Final = 2
"""Segments in a row that a customer is in."""


def segment_rows() -> Iterator[Row]:
    """The segments, in the order of the table's columns."""
    for number in range(SEGMENTS):
        name = orjson.dumps(_name(number)).decode()
        versions = ("{}", "{}", 1, OPENED, OPENED)
        yield (TENANT, _segment_id(number), name, "{}", None, None, "ACTIVE", "main", *versions)


def assignment_rows(rows: int) -> Iterator[Row]:
    """The assignments, in the order of the table's columns: segments take turns."""
    for number in range(rows):
        key = TENANT, _segment_id(number % SEGMENTS), _customer_id(number), NO_LEGAL_ENTITY
        yield (*key, "MANUAL", "{}", "{}", 1, OPENED, OPENED)


def log_rows(rows: int) -> Iterator[Row]:
    """The assignments' records in the change log, in the order of the table's columns."""
    times = {"createdAt": instant_text(OPENED), "modifiedAt": instant_text(OPENED)}
    document = orjson.dumps({"assignmentType": "MANUAL", "metadata": {**times, "version": 1}}).decode()
    for number, row in enumerate(assignment_rows(rows), start=1):
        key = TENANT, number, "CUSTOMER_ASSIGNMENT_CREATED", *row[1:4], None, None
        yield (*key, "IMPORT", "operator", None, OPENED, 1, None, document, None)


def write_file(file: Path, rows: int) -> None:
    """Write a data file of the segments and assignments."""
    with file.open("wb") as stream:
        for number in range(SEGMENTS):
            document = {"id": _segment_id(number), "name": _name(number), "siteCode": "main"}
            stream.write(orjson.dumps({"kind": "segment", **document}, option=orjson.OPT_APPEND_NEWLINE))
        for number in range(rows):
            key = {"segmentId": _segment_id(number % SEGMENTS), "customerId": _customer_id(number)}
            line = {"kind": "customerAssignment", **key}
            stream.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


def _segment_id(number: int) -> str:
    return f"segment-{number:06}"


def _customer_id(number: int) -> str:
    return f"customer-{number // PER_CUSTOMER:08}"


def _name(number: int) -> dict[str, str]:
    return {"en": f"Segment {number}"}
