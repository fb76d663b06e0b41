"""Statements that are put together from parts."""

from sqlalchemy import bindparam, column, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import asyncpg

from models.sql.fragment import Fragment, fragment, hole, joined, template, whole

SQLITE = sqlite.dialect()
POSTGRESQL = asyncpg.dialect()  # type: ignore[no-untyped-call]


def test_values_stay_with_their_places() -> None:
    for dialect, sign in ((SQLITE, "?"), (POSTGRESQL, "$")):
        statement = select((column("a") == "x").label("first"), hole("middle").label("second"))
        statement = statement.where(column("b") == bindparam("given"), column("c") == "y")
        part = fragment((column("d") == "z") | (column("e") == bindparam("given")), dialect)
        made = template(statement, dialect).filled({"middle": joined([Fragment("("), part, Fragment(")")])})
        prepared = whole(made, ["first", "second"], dialect)
        assert prepared.arguments({"given": "g"}) == ["x", "z", "g", "y"]
        numbers = [
            int(one) for one in prepared.sql.replace("::VARCHAR", "").split(sign)[1:] for one in one[:1]
        ]
        assert numbers == [1, 2, 3, 3, 4]
