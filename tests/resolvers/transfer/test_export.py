"""What goes in comes out: on one database, and from each to the other."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.connection.database import Database
from resolvers.writing.command import Effect
from tests.factories.examples import examples
from tests.resolvers.transfer.data_files import (
    STAMP,
    DataFiles,
    data_file,
    effects,
    in_vip,
    new_tenant,
    vip,
)
from tests.resolvers.transfer.records import tenants


@settings(max_examples=examples(40), deadline=None)
@given(records=tenants(), random=st.randoms(use_true_random=False))
async def test_an_export_says_what_was_loaded_in_whatever_order(
    database: Database, records: list[dict[str, Any]], random: Any
) -> None:
    """Only assignments come after the segments that they name."""
    files = DataFiles(database, new_tenant())
    shuffled = random.sample(records, len(records))
    assignments = [record for record in shuffled if "segmentId" in record]
    others = [record for record in shuffled if "segmentId" not in record]

    outcomes = await files.load(data_file(*others, *assignments))

    assert effects(outcomes) == [Effect.CREATED] * len(records)
    assert await files.exported() == records


@pytest.mark.slow
@settings(max_examples=examples(40), deadline=None)
@given(records=tenants())
async def test_an_export_is_the_same_bytes_on_either_database(
    database: Database, other_database: Database, records: list[dict[str, Any]]
) -> None:
    here = DataFiles(database, new_tenant())
    await here.load(data_file(*records))
    exported = await here.export()

    there = DataFiles(other_database, new_tenant())
    assert effects(await there.load(exported)) == [Effect.CREATED] * len(records)
    assert await there.export() == exported

    back = DataFiles(database, new_tenant())
    assert effects(await back.load(await there.export())) == [Effect.CREATED] * len(records)
    assert await back.export() == exported


@settings(max_examples=examples(20), deadline=None)
@given(records=tenants())
async def test_what_was_loaded_is_left_alone_when_it_is_loaded_again(
    database: Database, records: list[dict[str, Any]]
) -> None:
    files = DataFiles(database, new_tenant())
    unstamped = [{name: value for name, value in record.items() if name != "metadata"} for record in records]
    await files.load(data_file(*unstamped))
    exported = await files.export()

    assert effects(await files.load(data_file(*unstamped))) == [Effect.UNCHANGED] * len(records)
    assert effects(await files.load(exported)) == [Effect.UNCHANGED] * len(records)
    assert effects(files.rules) == [Effect.UNCHANGED] * len([one for one in records if "rule" in one])
    assert await files.export() == exported


async def test_an_empty_tenant_exports_nothing(database: Database, tenant: str) -> None:
    assert await DataFiles(database, tenant).export() == b""


async def test_a_line_has_a_fixed_form(database: Database, tenant: str) -> None:
    files = DataFiles(database, tenant)
    line = {
        "metadata": {"mixins": {"b": "https://example.com/b"}, **STAMP},
        "mixins": {"é": {"z": 1.0, "aa": {"y": None, "x": []}}, "b": {}},
        **vip(description={}, validity=None, name={"fr": "VIP", "de": "VIP", "en": "Ünïcode"}),
        "unknown": {"is": "ignored"},
    }

    await files.load(data_file(line))

    assert (await files.export()).decode() == (
        '{"kind":"segment","id":"vip","name":{"de":"VIP","en":"Ünïcode","fr":"VIP"},"status":"INACTIVE",'
        '"siteCode":"main","mixins":{"b":{},"é":{"aa":{"x":[],"y":null},"z":1}},"metadata":{'
        '"createdAt":"2025-03-01T08:00:00.000Z","mixins":{"b":"https://example.com/b"},'
        '"modifiedAt":"2025-04-01T09:30:15.250Z","version":7}}\n'
    )


async def test_a_tenant_of_many_pages_exports_every_record_once(database: Database, tenant: str) -> None:
    files = DataFiles(database, tenant)
    assigned = [in_vip(f"c{number:04}", metadata=STAMP) for number in range(1_201)]
    products = [
        {"kind": "product", "id": f"p{number:04}", "categoryIds": [f"k{number}"]} for number in range(501)
    ]

    await files.load(data_file(vip(metadata=STAMP), *assigned, *products))

    documents = await files.exported()
    assert documents[:501] == products
    assert [one["customerId"] for one in documents[502:]] == [one["customerId"] for one in assigned]


async def test_tenants_do_not_see_each_other(database: Database) -> None:
    one, other = DataFiles(database, new_tenant()), DataFiles(database, new_tenant())
    await one.load(data_file(vip(), in_vip("anna")))

    assert await other.export() == b""
    assert effects(await other.load(await one.export())) == [Effect.CREATED] * 2


async def test_an_export_reads_one_snapshot(database: Database, tenant: str) -> None:
    """What is written after it began is not in it."""
    files = DataFiles(database, tenant)
    await files.load(data_file(vip(), {"kind": "customer", "id": "anna"}))
    before = await files.exported()
    exported: list[Any] = []
    async with database.read() as snapshot:
        from_here = files.pages(snapshot)
        exported += [orjson.loads(line) for line in (await anext(from_here)).lines]
        await files.load(data_file(vip(status="ACTIVE"), in_vip("anna")))
        exported += [orjson.loads(line) async for page in from_here for line in page.lines]

    assert exported == before


async def test_numbers_come_out_as_they_were_loaded(database: Database) -> None:
    numbers = (
        "[-9223372036854775808,9223372036854775807,9007199254740993,0.1,0.30000000000000004,5e-324,1.5e-7]"
    )
    line = orjson.dumps(vip(mixins={"a": {"n": 7}}, metadata=STAMP)).replace(
        b"7}", numbers.encode() + b"}", 1
    )
    files = DataFiles(database, new_tenant())
    await files.load(line)
    [written] = (await files.export()).splitlines()
    assert f'"n":{numbers}'.encode() in written
