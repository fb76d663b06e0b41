"""Lines that delete: `{"kind": "customer", "id": "anna", "deleted": true}`."""

import io
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.connection.database import Database
from resolvers.errors import GatewayError
from resolvers.policy import Policy
from resolvers.transfer.line import read_lines
from resolvers.transfer.load import batches
from resolvers.writing.command import Effect, Outcome
from tests.factories.examples import examples
from tests.resolvers.transfer.data_files import (
    DataFiles,
    data_file,
    effects,
    in_vip,
    new_tenant,
    rejections,
    vip,
)

CREATED, UPDATED, DELETED, UNCHANGED = Effect.CREATED, Effect.UPDATED, Effect.DELETED, Effect.UNCHANGED
ANNA = {"kind": "customer", "id": "anna", "firstName": "Anna", "legalEntityIds": ["acme"]}
ACME = {"kind": "legalEntity", "id": "acme", "name": "Acme"}
TOOLS = {"kind": "category", "id": "tools", "name": {"en": "Tools"}}
SAWS = {"kind": "category", "id": "saws", "parentId": "tools"}
DRILL = {"kind": "product", "id": "drill", "categoryIds": ["saws", "tools"]}
SAWS_IN_VIP = {"kind": "itemAssignment", "segmentId": "vip", "type": "CATEGORY", "itemId": "saws"}
CLUB = {
    "kind": "group",
    "id": "club",
    "userType": "CUSTOMER",
    "legalEntityId": "acme",
    "customerIds": ["anna", "ben"],
}
STAFF = {**CLUB, "userType": "EMPLOYEE"}
CLUB_IN_VIP = {"kind": "groupAssignment", "segmentId": "vip", "groupId": "club"}
EVERYTHING: Sequence[dict[str, Any]] = (
    ACME, ANNA, CLUB, TOOLS, SAWS, DRILL, vip(), in_vip("anna"), in_vip("anna", legalEntityId="acme"),
    SAWS_IN_VIP, CLUB_IN_VIP,
)  # fmt: skip


def gone(record: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {**record, "deleted": True, **members}


def batch_sizes(*records: dict[str, Any]) -> list[int]:
    return [len(batch) for batch in batches(read_lines(io.BytesIO(data_file(*records)), Policy()))]


@pytest.fixture
def files(database: Database, tenant: str) -> DataFiles:
    return DataFiles(database, tenant)


@pytest.mark.parametrize("record", EVERYTHING, ids=lambda record: record["kind"])
async def test_a_line_deletes_its_record_and_loading_it_twice_changes_nothing(
    files: DataFiles, record: dict[str, Any]
) -> None:
    await files.load(data_file(*EVERYTHING))
    line = data_file(gone(record, **{"forceDelete": True} if record["kind"] == "segment" else {}))

    assert effects(await files.load(line)) == [DELETED]
    exported = await files.export()
    assert effects(await files.load(line)) == [UNCHANGED]
    assert await files.export() == exported
    keys = [
        tuple(
            one.get(name)
            for name in ("kind", "id", "segmentId", "customerId", "legalEntityId", "itemId", "groupId")
        )
        for one in (*await files.exported(), record)
    ]
    assert len(set(keys)) == len(keys)


async def test_what_a_deletion_takes_along_and_leaves(files: DataFiles) -> None:
    await files.load(data_file(*EVERYTHING))
    await files.load(data_file(gone(ACME), gone(TOOLS), gone(ANNA)))

    kinds = {one["kind"]: one for one in await files.exported()}
    assignments = {"customerAssignment", "itemAssignment", "groupAssignment"}
    assert set(kinds) == {"group", "category", "product", "segment", *assignments}
    assert kinds["group"] == {**CLUB, "customerIds": ["ben"]}
    assert kinds["category"] == SAWS
    assert kinds["product"] == {**DRILL, "categoryIds": ["saws"]}

    outcomes = await files.load(data_file(gone(ANNA, withAssignments=True)))
    assert effects(outcomes) == [DELETED]
    assert "customerAssignment" not in {one["kind"] for one in await files.exported()}


async def test_an_export_after_deletions_loads_elsewhere(files: DataFiles, database: Database) -> None:
    await files.load(data_file(*EVERYTHING, gone(ANNA), gone(SAWS)))
    exported = await files.export()
    other = DataFiles(database, new_tenant())
    await other.load(exported)
    assert await other.export() == exported


async def test_a_segment_with_assignments_goes_by_force_only(files: DataFiles) -> None:
    await files.load(data_file(vip(), in_vip("anna")))
    assert rejections(await files.load(data_file(gone(vip())))) == {
        1: "The segment has customers, items or groups assigned."
    }
    assert effects(await files.load(data_file(gone(in_vip("anna")), gone(vip())))) == [DELETED, DELETED]
    assert await files.export() == b""


async def test_a_group_in_a_segment_stays_one_of_customers(files: DataFiles) -> None:
    lines = [CLUB, vip(), CLUB_IN_VIP, STAFF, gone(CLUB_IN_VIP), STAFF, CLUB_IN_VIP]
    assert rejections(await files.load(data_file(*lines))) == {
        4: "The group is in a segment, where only groups of customers may be.",
        7: "The group with id club is a group of employees.",
    }
    lines = [CLUB, CLUB_IN_VIP, gone(vip(), forceDelete=True), STAFF]
    assert effects(await files.load(data_file(*lines))) == [UPDATED, CREATED, DELETED, UPDATED]
    assert await files.exported() == [STAFF]


async def test_a_segment_that_comes_again_comes_without_its_assignments(files: DataFiles) -> None:
    await files.load(data_file(vip(), in_vip("anna"), SAWS_IN_VIP))
    lines = [gone(vip(), forceDelete=True), vip(), gone(vip()), vip()]
    assert effects(await files.load(data_file(*lines))) == [DELETED, CREATED, DELETED, CREATED]
    assert [one["kind"] for one in await files.exported()] == ["segment"]


async def test_lines_of_one_file_count_in_their_order(files: DataFiles) -> None:
    """Although each batch is written kind by kind."""
    lines = [
        ANNA,
        gone(ACME),
        gone(in_vip("anna")),
        ACME,
        vip(),
        in_vip("anna"),
        gone(ANNA, withAssignments=True),
        in_vip("anna", mixins={"a": {}}),
        ANNA,
        gone(TOOLS),
        DRILL,
        gone(SAWS),
        SAWS,
    ]
    assert effects(await files.load(data_file(*lines))) == [
        *(CREATED, UNCHANGED, UNCHANGED, CREATED, CREATED, CREATED, DELETED, CREATED, CREATED),
        *(UNCHANGED, CREATED, UNCHANGED, CREATED),
    ]
    by_kind = {one["kind"]: one for one in await files.exported()}
    assert by_kind["customer"] == ANNA
    assert by_kind["customerAssignment"]["mixins"] == {"a": {}}
    assert by_kind["product"]["categoryIds"] == ["tools"]


@pytest.mark.parametrize(
    ("strict", "first"), [(False, DELETED), (True, "REFERENCE_IN_USE")], ids=["lenient", "strict"]
)
async def test_each_of_several_deletions_of_a_customer_does_what_it_says(
    database: Database, tenant: str, strict: bool, first: str
) -> None:
    files = DataFiles(database, tenant, Policy(enforce_references=strict))
    await files.load(data_file(*EVERYTHING))
    lines = [gone(ANNA), gone(ANNA), gone(ANNA, withAssignments=True), gone(ANNA, withAssignments=True)]
    outcomes = await files.load(data_file(*lines))
    second = UNCHANGED if first is DELETED else first
    assert [said(one) for one in outcomes.values()] == [first, second, DELETED, UNCHANGED]


async def test_a_record_in_use_is_kept_where_references_are_enforced(database: Database, tenant: str) -> None:
    files = DataFiles(database, tenant, Policy(enforce_references=True))
    await files.load(data_file(*EVERYTHING))
    outcomes = await files.load(
        data_file(
            *(gone(ACME), gone(ANNA), gone(SAWS), gone(TOOLS), gone(DRILL)),
            *(gone(in_vip("anna", legalEntityId="acme")), gone(ACME), gone(ANNA, withAssignments=True)),
        )
    )
    in_use = "The record is in use: assignments refer to it, and the gateway enforces references."
    assert rejections(outcomes) == {1: in_use, 2: in_use, 3: in_use}
    assert {number for number, one in outcomes.items() if one.effect is DELETED} == {4, 5, 6, 7, 8}
    kept = ["group", "category", "segment", "itemAssignment", "groupAssignment"]
    assert [one["kind"] for one in await files.exported()] == kept


@pytest.mark.parametrize(
    ("record", "path"),
    [
        ({"kind": "customer", "id": "anna", "deleted": "true"}, ("deleted",)),
        ({"kind": "customer", "id": "anna", "deleted": 1}, ("deleted",)),
        ({"kind": "customer", "deleted": True}, ("id",)),
        ({"kind": "customer", "id": "a/b", "deleted": True}, ("id",)),
        ({"kind": "customer", "id": "anna", "deleted": True, "withAssignments": "yes"}, ("withAssignments",)),
        ({"kind": "product", "id": "p", "deleted": True, "withAssignments": True}, ("withAssignments",)),
        ({"kind": "segment", "id": "s", "deleted": True, "forceDelete": 1}, ("forceDelete",)),
        ({"kind": "customerAssignment", "segmentId": "s", "deleted": True}, ("customerId",)),
        ({"kind": "itemAssignment", "segmentId": "s", "itemId": "i", "deleted": True}, ("type",)),
        ({"kind": "groupAssignment", "segmentId": "s", "groupId": "bulk", "deleted": True}, ("groupId",)),
    ],
)
def test_a_deletion_that_cannot_be_read_is_refused(record: dict[str, Any], path: tuple[str, ...]) -> None:
    [line] = read_lines(io.BytesIO(data_file(record)), Policy())
    assert isinstance(line.command, GatewayError)
    assert line.command.path == path


def test_a_line_that_says_that_it_is_not_deleted_is_a_record() -> None:
    lines = read_lines(io.BytesIO(data_file({**ACME, "deleted": False}, {**ACME, "deleted": None})), Policy())
    assert [line.command.content for line in lines if not isinstance(line.command, GatewayError)] == (  # type: ignore[union-attr]
        [{"name": "Acme", "mixins": {}}] * 2
    )


def test_only_the_deletion_of_what_is_linked_begins_a_batch() -> None:
    assert batch_sizes(ANNA, ACME, DRILL, SAWS, TOOLS) == [5]
    assert batch_sizes(ANNA, gone(ACME), DRILL, gone(SAWS), gone(TOOLS)) == [1, 2, 2]
    assert batch_sizes(gone(ACME), ANNA, gone(TOOLS), gone(SAWS), DRILL) == [5]


def test_assignments_that_go_are_gone_for_the_deletions_that_follow() -> None:
    """Where references are enforced, what they refer to may be deleted then."""
    anna, forced = gone(ANNA, withAssignments=True), gone(vip(), forceDelete=True)
    assert batch_sizes(anna, gone(ACME)) == [1, 1]
    assert batch_sizes(forced, anna, gone(ACME), gone(SAWS)) == [1, 1, 2]
    assert batch_sizes(anna, {**anna, "id": "ben"}, forced, forced, ACME) == [5]


async def test_a_batch_of_deletions_takes_as_many_statements_for_many_lines_as_for_few(
    database: Database, tenant: str
) -> None:
    def lines(count: int) -> tuple[bytes, bytes]:
        customers = [{"kind": "customer", "id": f"c{n}", "legalEntityIds": ["acme"]} for n in range(count)]
        assigned = [in_vip(f"c{n}") for n in range(count)]
        return (
            data_file(*customers, vip(), *assigned),
            data_file(*(gone(one, withAssignments=True) for one in customers)),
        )

    few, many = DataFiles(database, tenant), DataFiles(database, f"{tenant[:-1]}y")
    for files, count in ((few, 2), (many, 400)):
        for data in lines(count):
            await files.load(data)
    assert many.statements == few.statements
    assert few.statements[-1] == 9
    assert [one["kind"] for one in await many.exported()] == ["segment"]


steps = st.lists(
    st.tuples(st.sampled_from((*EVERYTHING, STAFF)), st.booleans(), st.booleans()), min_size=1, max_size=12
)


@settings(max_examples=examples(60), deadline=None)
@given(steps=steps, strict=st.booleans())
async def test_a_file_does_what_its_lines_do_one_by_one(
    database: Database, steps: list[tuple[dict[str, Any], bool, bool]], strict: bool
) -> None:
    """Records and deletions in any order, with and without what belongs to them."""
    policy = Policy(enforce_references=strict)
    lines = [line(*step) for step in steps]
    at_once, singly = DataFiles(database, new_tenant(), policy), DataFiles(database, new_tenant(), policy)
    outcomes = (await at_once.load(data_file(*lines))).values()
    one_by_one = [outcome for one in lines for outcome in (await singly.load(data_file(one))).values()]
    assert [said(one) for one in outcomes] == [said(one) for one in one_by_one]
    assert await at_once.export() == await singly.export()


def line(record: dict[str, Any], deleted: bool, with_all: bool) -> dict[str, Any]:
    if not deleted:
        return record
    flag = {"customer": "withAssignments", "segment": "forceDelete"}.get(record["kind"])
    return gone(record, **{flag: with_all} if flag else {})


def said(outcome: Outcome) -> str:
    return outcome.error.code if outcome.error else outcome.effect
