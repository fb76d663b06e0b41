from sqlalchemy import literal, select

from models.connection.database import Database
from models.connection.kept_statement import KeptStatement
from models.sql.prepared import Query


async def test_a_statement_is_built_once(database: Database) -> None:
    built: list[str] = []

    def build(dialect: str) -> Query:
        built.append(dialect)
        return select(literal(7).label("number"))

    kept = KeptStatement(build)
    async with database.read() as first, database.read() as second:
        assert kept.on(first) is kept.on(second)
        assert [row["number"] for row in await first.rows(kept.on(first))] == [7]
    assert built == [database.engine.dialect.name]
