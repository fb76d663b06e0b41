"""`load --plan`, in this process, on either database."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select, text

from gateway.server.startup import DatabaseUnusable
from models.connection.database import Database
from models.tables.change import change_head
from models.tables.load_place import load_place
from tests.gateway.commands.files import VIP, Export, Run, lines_of, told

RULE = {"q": "mixins.shop.turnover:>=1000"}


def customer(id_: str, turnover: int) -> dict[str, Any]:
    return {"kind": "customer", "id": id_, "mixins": {"shop": {"turnover": turnover}}}


def assigned(segment_id: str, customer_id: str) -> dict[str, Any]:
    return {"kind": "customerAssignment", "segmentId": segment_id, "customerId": customer_id}


SHOP = [
    customer("anna", 2000),
    customer("ben", 10),
    VIP,
    {**VIP, "id": "gold", "rule": RULE},
    assigned("vip", "anna"),
    assigned("vip", "ben"),
]
EDITED = [
    customer("anna", 5),
    customer("cleo", 3000),
    {**VIP, "name": {"en": "Very important"}, "status": "ACTIVE"},
    {"kind": "segment"},
    assigned("new", "ben"),
    {**VIP, "id": "new"},
    {"kind": "customerAssignment", "segmentId": "vip", "customerId": "ben", "deleted": True},
]


@pytest.fixture
def shop(run: Run, tenant: str, source: Path) -> Path:
    """A tenant with the shop, and a data file that changes it."""
    source.write_bytes(lines_of(SHOP))
    assert run("load", "--tenant", tenant, source).exit_code == 0
    source.write_bytes(lines_of(EDITED))
    return source


@pytest.fixture
async def reader(database: Database, tenant: str) -> AsyncIterator[str]:
    """The URL of the database for those who may only read."""
    url = database.engine.url
    if database.is_sqlite:
        yield f"sqlite+aiosqlite:///file:{url.database}?mode=ro&uri=true"
        return
    role = f"reader_{tenant}"
    async with database.engine.begin() as connection:
        await connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        await connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"))
    yield url.set(username=role, password=None).render_as_string(hide_password=False)
    async with database.engine.begin() as connection:
        await connection.execute(text(f"DROP OWNED BY {role}"))
        await connection.execute(text(f"DROP ROLE {role}"))


def written(url: str, tenant: str) -> Any:
    """What a write of any kind would move."""

    async def read() -> Any:
        database = Database(url)
        async with database.read() as snapshot:
            head = await snapshot.row(select(change_head).where(change_head.c.tenant == tenant))
            places = await snapshot.rows(select(load_place).where(load_place.c.tenant == tenant))
        await database.close()
        return dict(head or {}), [dict(row) for row in places]

    return asyncio.run(read())


def test_a_plan_lists_what_would_change(run: Run, tenant: str, shop: Path, exported: Export) -> None:
    before = exported(tenant)

    planned = run("load", "--tenant", tenant, "--plan", shop)

    assert planned.exit_code == 1
    assert planned.stdout.splitlines() == [
        "change  customer            anna       mixins.shop.turnover",
        "create  customer            cleo",
        "create  segment             new",
        "change  segment             vip        name.en, status",
        "delete  customerAssignment  gold anna",
        "create  customerAssignment  gold cleo",
        "delete  customerAssignment  vip ben",
        "",
        "                    create  change  delete",
        "customer                 1       1       0",
        "segment                  1       1       0",
        "customerAssignment       1       0       2",
    ]
    assert exported(tenant) == before


def test_a_plan_rejects_the_lines_that_the_load_rejects(run: Run, tenant: str, shop: Path) -> None:
    planned = told(run("load", "--tenant", tenant, "--plan", shop).stderr)
    loaded = told(run("load", "--tenant", tenant, shop).stderr)

    assert planned.pop() == "This is a plan: nothing was written."
    assert sorted(planned) == sorted(loaded)
    assert [line for line in planned if line.startswith("line ")] == [
        "line 4: segment: id: A segment id has 1 to 128 of the characters A-Z a-z 0-9 _ . : ~ -",
        "line 5: customerAssignment: segmentId: The segment with id new does not exist.",
    ]


def test_a_plan_writes_nothing(run: Run, tenant: str, shop: Path, environment: dict[str, str]) -> None:
    url = environment["SEGMENTS_DATABASE_URL"]
    before = written(url, tenant)
    run("load", "--tenant", tenant, "--plan", "--json", shop)
    assert written(url, tenant) == before


def test_a_plan_needs_no_right_to_write(
    run: Run, tenant: str, shop: Path, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shop.parent / "empty"
    folder.mkdir()
    monkeypatch.chdir(folder)

    planned = run("load", "--tenant", tenant, "--plan", shop, SEGMENTS_DATABASE_URL=reader)

    assert planned.stdout == run("load", "--tenant", tenant, "--plan", shop).stdout
    assert list(folder.iterdir()) == []


def test_a_plan_as_json_has_a_line_for_each_record(run: Run, tenant: str, shop: Path) -> None:
    planned = run("load", "--tenant", tenant, "--plan", "--json", shop)

    assert [orjson.loads(line) for line in planned.stdout.splitlines()][2:5] == [
        {"kind": "segment", "key": {"id": "new"}, "effect": "CREATED"},
        {"kind": "segment", "key": {"id": "vip"}, "effect": "UPDATED", "members": ["name.en", "status"]},
        {
            "kind": "customerAssignment",
            "key": {"segmentId": "gold", "customerId": "anna"},
            "effect": "DELETED",
        },
    ]
    assert len(planned.stdout.splitlines()) == 7


def test_a_long_plan_is_cut(run: Run, tenant: str, source: Path) -> None:
    source.write_bytes(lines_of([*(customer(f"c{number:02}\x1b"[:3], number) for number in range(25)), VIP]))

    planned = run("load", "--tenant", tenant, "--plan", source)

    lines = planned.stdout.splitlines()
    assert lines[19:22] == [
        "create  customer  c19",
        "...     customer  5 more, all with --json",
        "create  segment   vip",
    ]
    assert lines[-2:] == ["customer      25       0       0", "segment        1       0       0"]
    assert planned.exit_code == 0


def test_a_plan_of_what_is_stored_is_empty(run: Run, tenant: str, shop: Path, exported: Export) -> None:
    shop.write_bytes(b"".join(exported(tenant)))
    planned = run("load", "--tenant", tenant, "--plan", "--mirror", shop)
    assert (planned.exit_code, planned.stdout) == (0, "Nothing would change.\n")


def test_a_plan_of_a_mirror_lists_deletions_that_would_be_refused(
    run: Run, tenant: str, source: Path
) -> None:
    source.write_bytes(lines_of(SHOP))
    run("load", "--tenant", tenant, source)
    source.write_bytes(lines_of(SHOP[:4]))

    planned = run("load", "--tenant", tenant, "--plan", "--mirror", "--most-deletes", "1", source)

    assert planned.exit_code == 1
    assert planned.stdout.splitlines()[:2] == [
        "delete  customerAssignment  vip anna",
        "delete  customerAssignment  vip ben",
    ]
    assert told(planned.stderr)[-1] == (
        "The load would be refused. The file lacks 2 of the tenant's records (2 customerAssignment), and at "
        "most 1 may be deleted. To delete them, say --most-deletes 2. Nothing was written."
    )


def test_a_plan_makes_no_database(run: Run, tenant: str, source: Path, tmp_path: Path) -> None:
    source.write_bytes(lines_of(SHOP))
    missing = tmp_path / "missing.db"
    planned = run(
        "load", "--tenant", tenant, "--plan", source, SEGMENTS_DATABASE_URL=f"sqlite+aiosqlite:///{missing}"
    )
    assert isinstance(planned.exception, DatabaseUnusable)
    assert str(planned.exception) == f"the database {missing} does not exist"
    assert not missing.exists()


def test_a_plan_migrates_nothing(run: Run, tenant: str, source: Path, tmp_path: Path) -> None:
    source.write_bytes(lines_of(SHOP))
    empty = tmp_path / "empty.db"
    empty.touch()
    planned = run(
        "load", "--tenant", tenant, "--plan", source, SEGMENTS_DATABASE_URL=f"sqlite+aiosqlite:///{empty}"
    )
    assert str(planned.exception) == "the database schema is outdated: run `segment-gateway migrate`"


def test_json_needs_a_plan(run: Run, tenant: str, shop: Path) -> None:
    assert run("load", "--tenant", tenant, "--json", shop).exit_code == 2
