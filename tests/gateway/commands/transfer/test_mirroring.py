"""Loads after which the tenant has what the file has, and nothing else."""

import asyncio
import io
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.commands.progress import Progress
from gateway.commands.transfer.load import Load, fill
from gateway.commands.transfer.loading import Loading
from gateway.commands.transfer.mirroring import Mirroring, opened_keys
from gateway.commands.transfer.tally import LOADED, Tally
from models.connection.database import Database
from models.tables.columns import this_instant
from resolvers.policy import Policy
from tests.factories.examples import with_database
from tests.gateway.commands.files import VIP, Export, Run, lines_of, told
from tests.resolvers.transfer.data_files import DataFiles, data_file, new_tenant
from tests.resolvers.transfer.records import tenants
from tests.resolvers.transfer.shops import shops

ALL = 1_000_000
ASSIGNMENT_DELETED = "customer-segment.customer-assignment-deleted"
RULE = {"q": "mixins.shop.turnover:>=1000"}


def customer(id_: str, turnover: int = 0) -> dict[str, Any]:
    return {"kind": "customer", "id": id_, "mixins": {"shop": {"turnover": turnover}}}


def assigned(segment_id: str, customer_id: str, **members: Any) -> dict[str, Any]:
    return {"kind": "customerAssignment", "segmentId": segment_id, "customerId": customer_id, **members}


GOLD = {**VIP, "id": "gold"}
SHOP: list[dict[str, Any]] = [
    *(customer(f"c{number}") for number in range(30)),
    customer("rich", 2000),
    VIP,
    {**GOLD, "rule": RULE},
    *(assigned("vip", f"c{number}") for number in range(30)),
    assigned("gold", "c1"),
]


def essence(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records without times, and of what rules assign the key alone."""
    result = []
    for record in records:
        kept = {name: value for name, value in record.items() if name != "metadata"}
        if record.get("assignmentType") == "AUTOMATIC":
            kept.pop("mixins", None)
        result.append(kept)
    return result


async def mirror(database: Database, tenant: str, data: bytes) -> None:
    """Mirror without the limits of the command."""
    with Progress("Loading", None, quiet=True) as display:
        loading = Loading(database, Policy(), tenant, "file", Tally(LOADED), display)
        stream: Any = io.BytesIO(data)
        arguments = Load("file", tenant, mirror=True, most_deletes=ALL)
        assert await fill(loading, arguments, stream, obeys=True) is None
        await loading.build_rules()
        assert loading.rejected == 0


@pytest.fixture
def shop(run: Run, tenant: str, source: Path) -> Path:
    """A tenant with the shop, and its data file."""
    source.write_bytes(lines_of(SHOP))
    assert run("load", "--tenant", tenant, source).exit_code == 0
    run("export", "--tenant", tenant, source)
    return source


def mirrored(run: Run, tenant: str, source: Path, *arguments: object) -> Any:
    return run("load", "--tenant", tenant, "--mirror", *arguments, source)


@with_database
@given(before=shops(), after=shops())
async def test_a_shop_with_rules_becomes_that_of_the_file(
    database: Database, before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    files, fresh = DataFiles(database, new_tenant()), DataFiles(database, new_tenant())
    await files.load(data_file(*before), this_instant())
    await fresh.load(data_file(*after), this_instant())

    await mirror(database, files.caller.tenant, data_file(*after))

    assert essence(await files.exported()) == essence(await fresh.exported())


@with_database
@given(before=tenants(), other=tenants(), data=st.data())
async def test_any_tenant_becomes_that_of_the_file(
    database: Database,
    before: list[dict[str, Any]],
    other: list[dict[str, Any]],
    data: st.DataObject,
) -> None:
    kept = [record for record in before if data.draw(st.booleans())]
    segment_ids = {record["id"] for record in [*kept, *other] if record["kind"] == "segment"}
    after = [record for record in [*kept, *other] if record.get("segmentId", None) in {None, *segment_ids}]
    if not after:
        return
    files, fresh = DataFiles(database, new_tenant()), DataFiles(database, new_tenant())
    ordered = sorted(after, key=lambda record: "segmentId" in record)
    await files.load(data_file(*before), this_instant())
    await fresh.load(data_file(*ordered))

    await mirror(database, files.caller.tenant, data_file(*ordered))

    assert essence(await files.exported()) == essence(await fresh.exported())


def test_an_edited_export_is_what_the_tenant_has_then(
    run: Run, tenant: str, shop: Path, exported: Export
) -> None:
    lines = [line for line in shop.read_bytes().splitlines(keepends=True) if b'"c7"' not in line]
    shop.write_bytes(b"".join(lines))

    loaded = mirrored(run, tenant, shop)

    assert loaded.exit_code == 0
    assert told(loaded.stderr)[0].split() == [
        "read",
        "created",
        "updated",
        "unchanged",
        "deleted",
        "rejected",
    ]
    assert told(loaded.stderr)[1].split() == ["customer", "30", "0", "0", "30", "1", "0"]
    assert told(loaded.stderr)[3].split() == ["customerAssignment", "31", "0", "0", "31", "1", "0"]
    assert exported(tenant) == lines
    deleted = orjson.loads(run("changes", "--tenant", tenant).stdout.splitlines()[-1])
    assert (deleted["type"], deleted["cause"]) == (ASSIGNMENT_DELETED, "IMPORT")


def test_members_of_rules_stay_although_the_file_lacks_them(
    run: Run, tenant: str, shop: Path, exported: Export
) -> None:
    before = exported(tenant)
    shop.write_bytes(b"".join(line for line in before if b"AUTOMATIC" not in line))

    assert mirrored(run, tenant, shop, "--most-deletes", 0).exit_code == 0
    assert exported(tenant) == before


def test_a_rule_that_the_file_lacks_is_removed(run: Run, tenant: str, shop: Path, exported: Export) -> None:
    records = [orjson.loads(line) for line in exported(tenant)]
    for record in records:
        record.pop("rule", None)
    shop.write_bytes(lines_of(records))

    assert mirrored(run, tenant, shop, "--most-deletes", 0).exit_code == 1
    assert mirrored(run, tenant, shop, "--most-deletes", 1).exit_code == 0
    assert [orjson.loads(line) for line in exported(tenant)] == records
    assert [record["customerId"] for record in records if record.get("assignmentType") == "AUTOMATIC"] == [
        "rich"
    ]


def test_a_segment_goes_with_the_members_of_its_rule(
    run: Run, tenant: str, shop: Path, exported: Export
) -> None:
    shop.write_bytes(b"".join(line for line in exported(tenant) if b'"gold"' not in line))

    refused = mirrored(run, tenant, shop, "--most-deletes", 2)
    loaded = mirrored(run, tenant, shop, "--most-deletes", 3)

    assert "The file lacks 3 of the tenant's records (1 segment, 2 customerAssignment)" in str(
        refused.exception
    )
    assert loaded.exit_code == 0
    assert exported(tenant) == shop.read_bytes().splitlines(keepends=True)
    changes = [orjson.loads(line) for line in run("changes", "--tenant", tenant).stdout.splitlines()[-3:]]
    assert sorted((change["type"], change["cause"]) for change in changes) == [
        (ASSIGNMENT_DELETED, "CASCADE"),
        (ASSIGNMENT_DELETED, "IMPORT"),
        ("customer-segment.segment-deleted", "IMPORT"),
    ]


def test_the_last_record_of_a_kind_is_deleted(run: Run, tenant: str, shop: Path, exported: Export) -> None:
    product = {"kind": "product", "id": "p1"}
    shop.write_bytes(b"".join([lines_of([product]), *exported(tenant)]))
    assert mirrored(run, tenant, shop).exit_code == 0
    shop.write_bytes(b"".join(exported(tenant)).replace(lines_of([product]), b""))

    assert mirrored(run, tenant, shop).exit_code == 0
    assert not any(b'"product"' in line for line in exported(tenant))


def test_links_to_deleted_records_are_those_of_the_file(
    run: Run, tenant: str, source: Path, exported: Export
) -> None:
    group = {"kind": "group", "id": "g", "userType": "CUSTOMER", "customerIds": ["c1", "c2"]}
    source.write_bytes(lines_of([customer("c1"), customer("c2"), group]))
    run("load", "--tenant", tenant, source)
    source.write_bytes(lines_of([customer("c1"), group]))

    assert mirrored(run, tenant, source).exit_code == 0
    assert [orjson.loads(line).get("customerIds") for line in exported(tenant)] == [None, ["c1", "c2"]]


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda _: b"", "The file has no records: --mirror would delete all of the tenant."),
        (lambda _: b"\n \n", "The file has no records: --mirror would delete all of the tenant."),
        (lambda data: data[:-20], "With --mirror no line may be rejected, and 1 were."),
        (lambda data: data[:-1], "The last line has no line break: the file may be cut off."),
        (
            lambda data: b"".join(data.splitlines(keepends=True)[:40]),
            (
                "The file lacks 25 of the tenant's records (25 customerAssignment), and at most 10 may be "
                "deleted. To delete them, say --most-deletes 25."
            ),
        ),
        (
            lambda data: data.replace(b'{"kind":"segment","id":"vip"', b'{"kind":"segment","id":"vop"'),
            "The file has assignments or exclusions of segments that it lacks: vip.",
        ),
    ],
)
def test_a_file_that_may_not_be_whole_changes_nothing(  # noqa: PLR0917
    run: Run, tenant: str, shop: Path, edit: Any, reason: str, exported: Export
) -> None:
    before = exported(tenant)
    changes = run("changes", "--tenant", tenant).stdout
    shop.write_bytes(edit(shop.read_bytes().replace(b'"turnover":2000', b'"turnover":3000')))

    refused = mirrored(run, tenant, shop)

    assert refused.exit_code == 1
    assert str(refused.exception) == f"{reason} Nothing was written."
    assert exported(tenant) == before
    assert run("changes", "--tenant", tenant).stdout == changes


def test_a_small_tenant_keeps_half_of_its_records(
    run: Run, tenant: str, source: Path, exported: Export
) -> None:
    source.write_bytes(lines_of([customer(f"c{number}") for number in range(5)]))
    run("load", "--tenant", tenant, source)
    source.write_bytes(lines_of([customer("c0"), customer("c1")]))

    refused = mirrored(run, tenant, source)

    assert "lacks 3 of the tenant's records (3 customer), and at most 2 may be deleted" in str(
        refused.exception
    )
    assert mirrored(run, tenant, source, "--most-deletes", 3).exit_code == 0
    assert len(exported(tenant)) == 2


def test_rejected_lines_leave_everything_that_the_file_lacks(
    run: Run, tenant: str, source: Path, exported: Export
) -> None:
    source.write_bytes(lines_of([customer("c0"), customer("c1"), VIP]))
    run("load", "--tenant", tenant, source)
    source.write_bytes(lines_of([customer("c0"), VIP, assigned("nobody", "c0")]))

    failed = mirrored(run, tenant, source)

    assert str(failed.exception) == "Lines were rejected: what the file lacks was not deleted."
    assert len(exported(tenant)) == 3


def test_most_deletes_deletes_nothing_by_itself(run: Run, tenant: str, shop: Path) -> None:
    refused = run("load", "--tenant", tenant, "--most-deletes", 5, shop)
    assert (refused.exit_code, "it needs --mirror" in refused.stderr) == (2, True)


def test_a_file_that_changes_meanwhile_deletes_nothing(
    run: Run, tenant: str, source: Path, monkeypatch: pytest.MonkeyPatch, exported: Export
) -> None:
    source.write_bytes(lines_of([customer("c0"), customer("c1"), VIP]))
    run("load", "--tenant", tenant, source)
    source.write_bytes(lines_of([customer("c0"), VIP]))

    other = lines_of([customer("c0"), VIP, customer("c2")])

    async def remove_rules(_: Mirroring) -> None:
        await asyncio.to_thread(source.write_bytes, other)

    monkeypatch.setattr(Mirroring, "remove_rules", remove_rules)
    failed = mirrored(run, tenant, source)

    assert str(failed.exception) == "The file changed while it was loaded: what it lacks was not deleted."
    assert [orjson.loads(line)["id"] for line in exported(tenant)] == ["c0", "c1", "c2", "vip"]


async def test_records_that_others_add_stay(database: Database) -> None:
    tenant = new_tenant()
    files = DataFiles(database, tenant)
    await files.load(data_file(customer("c0"), customer("c1")))
    with Progress("Loading", None, quiet=True) as display, opened_keys() as keys:
        mirroring = Mirroring(Loading(database, Policy(), tenant, "file", Tally(LOADED), display), keys, ALL)
        stream: Any = io.BytesIO(data_file(customer("c0")))
        await mirroring.begin(stream, strict=False)
        await files.load(data_file(customer("c2")))
        mirroring.loading.place = mirroring.end
        await mirroring.delete()
    assert [record["id"] for record in await files.exported()] == ["c0", "c2"]
