"""Blank text means the same to Python and to both databases."""

import sys

from sqlalchemy import Text, literal, select

from models.blank import WHITE_SPACE, is_blank
from models.connection.database import Database
from models.filter.dialects import dialect_named
from models.tables.segment import segment
from tests.models.filter.shop import SEGMENT, store


def test_white_space_is_what_python_calls_so() -> None:
    assert {chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()} == set(WHITE_SPACE)
    assert len(WHITE_SPACE) == 29


TEXTS = [
    "",
    *WHITE_SPACE,
    WHITE_SPACE,
    " \t\n" * 1_000,
    "\u200b",
    "\u180e",
    "\ufeff",
    "\u2060",
    "\x07",
    "\x7f",
    "a",
    "\u00a0a",
    f"{WHITE_SPACE}a{WHITE_SPACE}",
    "]",
    "\\",
    "^",
    "😀",
]


async def test_both_databases_and_python_find_the_same_texts_blank(database: Database, tenant: str) -> None:
    rows = [{**SEGMENT, "id": f"{number:03}", "name": {"en": text}} for number, text in enumerate(TEXTS)]
    await store(database, tenant, segment, rows)
    dialect = dialect_named(database.engine.dialect.name)
    text = dialect.translation(segment.c.name, literal("en", Text))
    async with database.read() as snapshot:
        found = await snapshot.rows(
            select(segment.c.id).where(segment.c.tenant == tenant, text.is_not(None)).order_by(segment.c.id)
        )
    assert [TEXTS[int(row["id"])] for row in found] == [text for text in TEXTS if not is_blank(text)]
    assert [text for text in TEXTS if not is_blank(text)] == [text for text in TEXTS if text.strip()]
