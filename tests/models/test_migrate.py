import multiprocessing
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select, text

from models.connection.database import Database
from models.connection.engine import EngineOptions
from models.migrate import _config, migrate
from models.schema_version import NEWEST_MIGRATION, SchemaOutdated, schema_is_current
from models.tables.reference import category, customer, legal_entity, product
from models.tables.segment import segment
from models.tables.table import metadata
from tests.models.filter.shop import SEGMENT

EVERYTHING_IN_SQLITE = """
SELECT type, tbl_name, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%' -- of ANALYZE
"""
EVERYTHING_IN_POSTGRESQL = """
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnum::text,
       a.attnotnull::text, l.collname
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', ''
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', tablename, indexname, indexdef, '', '', ''
FROM pg_indexes WHERE schemaname = 'public'
"""


@pytest.fixture
async def empty_database(empty_database_url: str) -> AsyncIterator[Database]:
    database = Database(empty_database_url)
    yield database
    await database.close()


async def everything_in(database: Database) -> Sequence[Any]:
    catalogue = EVERYTHING_IN_SQLITE if database.is_sqlite else EVERYTHING_IN_POSTGRESQL
    async with database.engine.connect() as connection:
        rows = await connection.execute(text(catalogue))
        return sorted(
            tuple(_in_any_order(str(value)) for value in row) for row in rows if row[1] != "alembic_version"
        )


def _in_any_order(definition: str) -> tuple[str, ...]:
    """The parts of a CREATE TABLE; their order, and on which lines they stand, means nothing."""
    parts = (part.strip() for part in re.split(r"[,\n]", definition))
    return tuple(sorted(filter(None, parts)))


async def test_migrations_and_models_make_the_same_database(
    database: Database, empty_database: Database
) -> None:
    async with empty_database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    migrated = await everything_in(database)
    assert len(migrated) > 15
    assert migrated == await everything_in(empty_database)


@pytest.mark.filterwarnings("ignore:.*expression-based index")
async def test_alembic_finds_nothing_left_to_migrate(database: Database) -> None:
    def is_understood(_object: object, name: str, kind: str, *_: object) -> bool:
        """Alembic does not know operator classes and expressions of indexes; the test above compares them."""
        return kind != "index" or name not in {
            "ix_customer_tenant_email_id",
            "ix_customer_tenant_last_name_id",
            "ix_change_tenant_block_customer_id",
        }

    def differences(connection: Connection) -> Any:
        options = {"compare_type": True, "include_object": is_understood}
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, metadata)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


def test_the_newest_migration_is_known_without_alembic() -> None:
    assert ScriptDirectory.from_config(_config()).get_heads() == [NEWEST_MIGRATION]


async def test_migrating_twice_changes_nothing(empty_database: Database) -> None:
    assert not await schema_is_current(empty_database)
    await migrate(empty_database)
    assert await schema_is_current(empty_database)
    once = await everything_in(empty_database)
    await migrate(empty_database)
    assert await everything_in(empty_database) == once


async def test_a_database_of_a_newer_version_is_left_alone(empty_database: Database) -> None:
    await migrate(empty_database)
    async with empty_database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    assert not await schema_is_current(empty_database)
    with pytest.raises(
        SchemaOutdated, match=r"migration \(from-the-future\) that this version does not know"
    ):
        await migrate(empty_database)


def migrate_in_a_process(url: str) -> bool:
    import asyncio  # noqa: PLC0415  # runs in a fresh interpreter

    async def work() -> bool:
        database = Database(url, EngineOptions(pool_size=1))
        await migrate(database)
        current = await schema_is_current(database)
        await database.close()
        return current

    return asyncio.run(work())


@pytest.mark.slow
def test_several_processes_may_migrate_at_once(empty_database_url: str) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert pool.map(migrate_in_a_process, [empty_database_url] * 4, chunksize=1) == [True] * 4


TEXTS = [
    ({"DE": "x", "en": "y"}, {"de": "x", "en": "y"}),
    (
        {"zh-hant-tw": "x", "I-KLINGON": "y", "en-X-US": "z"},
        {"en-x-us": "z", "i-klingon": "y", "zh-Hant-TW": "x"},
    ),
    ({"de": "kept", "DE": "dropped"}, {"de": "kept"}),
    ({"de": " \u2003", "DE": "kept"}, {"de": "kept"}),
    ({"De": "", "DE": "", "dE": "kept", "de": ""}, {"de": "kept"}),
    ({"DE": "first", "De": "second"}, {"de": "first"}),
    ({"de": "", "DE": " "}, {"de": ""}),
    ({"no_tag": "x", "EN": "y"}, {"en": "y", "no_tag": "x"}),
    ({}, {}),
]
ROWS: dict[str, dict[str, Any]] = {
    "segment": SEGMENT,
    "category": dict.fromkeys(("parent_id", "code", "valid_from", "valid_to", "position", "published"))
    | {"ecn": []},
    "product": {"code": None},
}
LOCALIZED = {
    segment: ("name", "description"),
    category: ("name", "description", "slug"),
    product: ("name",),
}


async def test_stored_tags_come_into_canonical_case(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = ScriptDirectory.from_config(_config()).get_revision("0003").module
    monkeypatch.setattr(script, "BATCH_ROWS", 4)

    def upgrade(connection: Connection, revision: str) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    def fill(connection: Connection) -> None:
        for table, columns in LOCALIZED.items():
            rows = [
                {**ROWS[table.name], "tenant": tenant, "id": f"{number:02}", **dict.fromkeys(columns, texts)}
                for tenant in ("one", "two")
                for number, (texts, _) in enumerate(TEXTS)
            ]
            connection.execute(table.insert(), rows)

    def found(connection: Connection) -> Any:
        return {
            table.name: [
                dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in LOCALIZED
        }

    async with empty_database.engine.begin() as connection:
        await connection.run_sync(upgrade, "0002")
        await connection.run_sync(fill)
        before = await connection.run_sync(found)
    await migrate(empty_database)
    async with empty_database.engine.begin() as connection:
        after = await connection.run_sync(found)
        for table, columns in LOCALIZED.items():
            expected = [texts for _, texts in TEXTS] * 2
            for name in [column.name for column in table.columns]:
                values = [row[name] for row in after[table.name]]
                assert values == (expected if name in columns else [row[name] for row in before[table.name]])
        with Operations.context(MigrationContext.configure(connection.sync_connection)):
            await connection.run_sync(lambda _: script.upgrade())
        assert await connection.run_sync(found) == after


async def test_reference_data_of_before_has_no_mixins(empty_database: Database) -> None:
    """Nor has what a process of the version before writes afterwards."""

    def upgrade(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")

    async with empty_database.engine.begin() as connection:
        await connection.run_sync(upgrade)
        await connection.execute(text("INSERT INTO customer (tenant, id) VALUES ('shop', 'a')"))
        await connection.execute(text("INSERT INTO legal_entity (tenant, id) VALUES ('shop', 'a')"))
    await migrate(empty_database)
    async with empty_database.engine.begin() as connection:
        await connection.execute(text("INSERT INTO customer (tenant, id) VALUES ('shop', 'b')"))
        for table, ids in ((customer, ["a", "b"]), (legal_entity, ["a"])):
            rows = await connection.execute(select(table.c.id, table.c.mixins).order_by(table.c.id))
            assert [tuple(row) for row in rows] == [(one, {}) for one in ids]
