"""What a load into a copy changes is what the load changes."""

from datetime import timedelta
from functools import partial
from typing import Any

from hypothesis import given

from gateway.commands.operator import operator_reader
from models.connection.database import Database
from models.tenant_copy import opened_copy
from resolvers.policy import Policy
from resolvers.transfer.difference import Difference, differences
from resolvers.transfer.kind import KINDS_BY_NAME
from resolvers.writing.command import Effect
from tests.factories.examples import with_database
from tests.resolvers.transfer.data_files import NOW, DataFiles, data_file, in_vip, new_tenant, vip
from tests.resolvers.transfer.records import tenants
from tests.resolvers.transfer.shops import shops

CREATED, UPDATED, DELETED = Effect.CREATED, Effect.UPDATED, Effect.DELETED
LATER = NOW + timedelta(hours=1)


async def planned(files: DataFiles, data: bytes) -> list[Difference]:
    """The differences that a load of the file would make."""
    tenant = files.caller.tenant
    async with opened_copy(files.database, tenant) as copy:
        await DataFiles(copy.database, tenant).load(data, LATER)
        reader_of = partial(operator_reader, tenant, Policy())
        return [difference async for difference in differences(copy, reader_of)]


async def documents(files: DataFiles) -> dict[tuple[str, tuple[str, ...]], dict[str, Any]]:
    """Every record of the tenant by kind and key."""
    names = {kind.name: [_camel_case(name) for name in kind.table.key] for kind in KINDS_BY_NAME.values()}
    return {
        (record["kind"], tuple(record.get(name, "") for name in names[record["kind"]])): record
        for record in await files.exported()
    }


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.title() for part in others)


async def check_plan(files: DataFiles, data: bytes) -> None:
    """Compare the plan with what the load then does."""
    before = await documents(files)
    exported = await files.export()
    plan = {(one.kind.name, one.key): one.effect for one in await planned(files, data)}
    assert await files.export() == exported

    await files.load(data, LATER)

    after = await documents(files)
    effects = dict.fromkeys(after.keys() - before.keys(), CREATED)
    effects |= dict.fromkeys(before.keys() - after.keys(), DELETED)
    effects |= {key: UPDATED for key in before.keys() & after.keys() if before[key] != after[key]}
    assert plan == effects


@with_database
@given(before=shops(), after=shops())
async def test_a_plan_knows_what_rules_will_do(
    database: Database, before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    files = DataFiles(database, new_tenant())
    await files.load(data_file(*before))
    await check_plan(files, data_file(*after))


@with_database
@given(before=tenants(), after=tenants())
async def test_a_plan_is_what_the_load_does(
    database: Database, before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    """Some lines delete, and the file begins with records that are there."""
    files = DataFiles(database, new_tenant())
    await files.load(data_file(*before))
    deleted = [
        {**record, "deleted": True} for record in before if record["kind"] != "segment" or record["id"] < "m"
    ]
    await check_plan(files, data_file(*before[::2], *after, *deleted[::3]))


async def test_lines_that_depend_on_each_other_are_one_difference(database: Database) -> None:
    files = DataFiles(database, new_tenant())
    await files.load(data_file(vip(), {"kind": "customer", "id": "anna"}))
    lines = [
        vip(id="gold"),
        in_vip("ben", segmentId="gold"),
        vip(id="gold", status="ACTIVE"),
        vip(name={"en": "VIP", "de": "Sehr wichtig"}, mixins={"a": {"b": {"c": {"d": 1}}}}),
        vip(id="brief"),
        {"kind": "segment", "id": "brief", "deleted": True},
        {"kind": "customer", "id": "anna", "legalEntityIds": ["acme"]},
    ]
    assert [
        (one.kind.name, one.key, one.effect, one.members) for one in await planned(files, data_file(*lines))
    ] == [
        ("customer", ("anna",), UPDATED, ("legalEntityIds",)),
        ("segment", ("gold",), CREATED, ()),
        ("segment", ("vip",), UPDATED, ("mixins", "name.de")),
        ("customerAssignment", ("gold", "ben", ""), CREATED, ()),
    ]


async def test_metadata_is_a_difference_where_nothing_else_is(database: Database) -> None:
    files = DataFiles(database, new_tenant())
    await files.load(data_file(vip(mixins={"a": {"n": 1}})))
    stamped = vip(mixins={"a": {"n": 1}}, metadata={"version": 7})
    [difference] = await planned(files, data_file(stamped))
    assert difference.members == ("metadata.modifiedAt", "metadata.version")
    [difference] = await planned(files, data_file({**stamped, "mixins": {"a": {"n": 2}}}))
    assert difference.members == ("mixins.a.n",)


async def test_a_rule_is_a_member_of_its_segment(database: Database) -> None:
    files = DataFiles(database, new_tenant())
    await files.load(data_file(vip(rule={"q": "email:a"})))
    [difference] = await planned(files, data_file(vip(rule={"q": "email:b"})))
    assert difference.members == ("rule.q",)
    [difference] = await planned(files, data_file(vip(rule=None)))
    assert difference.members == ("rule",)
