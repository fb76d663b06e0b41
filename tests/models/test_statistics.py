from types import SimpleNamespace
from typing import Any, cast

import pytest

from models.connection.database import Database
from models.statistics import gather_statistics
from models.tables.reference import product
from models.tables.segment import segment


class Recorder:
    """A database that keeps the text of each statement."""

    def __init__(self, *, is_sqlite: bool) -> None:
        self.is_sqlite = is_sqlite
        self.statements: list[str] = []

    async def write(self, work: Any) -> None:
        async def write(statement: object) -> None:
            self.statements.append(str(statement))

        await work(SimpleNamespace(write=write))


@pytest.mark.parametrize(
    ("is_sqlite", "statements"),
    [
        (True, ["PRAGMA analysis_limit=1000", "ANALYZE product", "ANALYZE product_category"]),
        (
            False,
            ["SET LOCAL statement_timeout = '5s'", "ANALYZE (SKIP_LOCKED) product, product_category"],
        ),
    ],
)
async def test_tables_that_refer_to_a_filled_one_are_included(
    statements: list[str], *, is_sqlite: bool
) -> None:
    database = Recorder(is_sqlite=is_sqlite)
    await gather_statistics(cast("Database", database), [product])
    assert database.statements == statements


async def test_all_that_refer_to_segments_are_included() -> None:
    database = Recorder(is_sqlite=False)
    await gather_statistics(cast("Database", database), [segment])
    assert database.statements[1] == (
        "ANALYZE (SKIP_LOCKED) customer_assignment, customer_exclusion, group_assignment, item_assignment, "
        "segment, segment_rule"
    )


async def test_no_table_needs_no_statement() -> None:
    database = Recorder(is_sqlite=True)
    await gather_statistics(cast("Database", database), [])
    assert database.statements == []
