"""What a load does with the lines that it could read."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.connection.database import Database
from models.sql.row_statement import COPIED
from resolvers.policy import Policy
from resolvers.transfer.line import read_lines
from resolvers.transfer.load import BATCH_BYTES, BATCH_LINES, batches
from resolvers.writing.command import Effect
from tests.resolvers.transfer.data_files import (
    NOW,
    STAMP,
    DataFiles,
    data_file,
    effects,
    in_vip,
    rejections,
    vip,
)

LATER = NOW + timedelta(hours=1)
CREATED, UPDATED, UNCHANGED = Effect.CREATED, Effect.UPDATED, Effect.UNCHANGED


def batch_sizes(*records: dict[str, Any]) -> list[int]:
    return [len(batch) for batch in batches(read_lines(io.BytesIO(data_file(*records)), Policy()))]


@pytest.fixture
def files(database: Database, tenant: str) -> DataFiles:
    return DataFiles(database, tenant)


async def test_a_record_that_says_something_new_gets_a_new_version(files: DataFiles) -> None:
    await files.load(data_file(vip(mixins={"a": {"n": 1}})))

    outcomes = await files.load(data_file(vip(mixins={"a": {"n": True}})), now=LATER)

    assert effects(outcomes) == [UPDATED]
    [segment] = await files.exported()
    assert segment["mixins"] == {"a": {"n": True}}
    assert segment["metadata"] == {
        "version": 2,
        "createdAt": "2026-01-31T12:00:00.000Z",
        "modifiedAt": "2026-01-31T13:00:00.000Z",
    }


async def test_members_that_the_line_leaves_out_disappear(files: DataFiles) -> None:
    await files.load(
        data_file(vip(status="ACTIVE", mixins={"a": {}}, validity={"to": "2026-01-01T00:00:00Z"}))
    )
    await files.load(data_file(vip()), now=LATER)

    [segment] = await files.exported()
    assert set(segment) == {"kind", "id", "name", "status", "siteCode", "metadata"}
    assert segment["status"] == "INACTIVE"


async def test_a_file_without_mixins_of_reference_data_is_whole_records(files: DataFiles) -> None:
    customer = {"kind": "customer", "id": "anna", "legalEntityIds": ["acme"]}
    company = {"kind": "legalEntity", "id": "acme"}
    mixins = {"mixins": {"shop": {"lastOrder": "2026-01-31", "turnover": 1.5}}}

    assert effects(await files.load(data_file(company, customer))) == [CREATED, CREATED]
    assert await files.exported() == [company, customer]

    with_mixins: list[dict[str, Any]] = [{**company, **mixins}, {**customer, **mixins}]
    assert effects(await files.load(data_file(*with_mixins))) == [UPDATED, UPDATED]
    assert effects(await files.load(data_file(*with_mixins))) == [UNCHANGED, UNCHANGED]
    assert await files.exported() == with_mixins

    assert effects(await files.load(data_file(company, customer))) == [UPDATED, UPDATED]
    assert await files.exported() == [company, customer]


async def test_metadata_is_restored_where_it_is_given(files: DataFiles) -> None:
    await files.load(data_file(vip()))

    assert effects(await files.load(data_file(vip(metadata=STAMP)))) == [UPDATED]
    assert effects(await files.load(data_file(vip(metadata=STAMP)))) == [UNCHANGED]
    [segment] = await files.exported()
    assert segment["metadata"] == STAMP


@pytest.mark.parametrize(
    ("given", "restored"),
    [
        ({"version": 5}, {"version": 5}),
        ({"createdAt": "2020-01-01T00:00:00.000Z"}, {"createdAt": "2020-01-01T00:00:00.000Z"}),
        ({"modifiedAt": "2020-01-01T01:00:00+01:00"}, {"modifiedAt": "2020-01-01T00:00:00.000Z"}),
        ({"version": None, "createdAt": None}, {}),
    ],
)
async def test_metadata_that_is_given_in_part_leaves_the_rest_to_the_gateway(
    files: DataFiles, given: dict[str, Any], restored: dict[str, Any]
) -> None:
    now = "2026-01-31T12:00:00.000Z"
    assert effects(await files.load(data_file(vip(metadata=given)))) == [CREATED]

    [segment] = await files.exported()
    assert segment["metadata"] == {"version": 1, "createdAt": now, "modifiedAt": now} | restored
    assert effects(await files.load(data_file(vip(metadata=given)), now=LATER)) == [UNCHANGED]


async def test_of_lines_with_the_same_key_the_last_one_holds(files: DataFiles) -> None:
    lines = [vip(status="ACTIVE"), vip(siteCode="outlet"), in_vip("anna"), in_vip("anna", mixins={"a": {}})]

    assert effects(await files.load(data_file(*lines))) == [CREATED, UPDATED, CREATED, UPDATED]

    segment, assignment = await files.exported()
    assert (segment["siteCode"], segment["status"]) == ("outlet", "INACTIVE")
    assert assignment["mixins"] == {"a": {}}


async def test_the_assignment_type_is_kept(files: DataFiles) -> None:
    await files.load(data_file(vip(), in_vip("anna", assignmentType="AUTOMATIC"), in_vip("ben")))

    assert [one.get("assignmentType") for one in await files.exported()] == [None, "AUTOMATIC", "MANUAL"]


async def test_an_assignment_to_a_segment_that_is_not_there_is_rejected_by_name(files: DataFiles) -> None:
    """Even if the segment comes later in the file, and whatever batch that is in."""
    item = {"kind": "itemAssignment", "segmentId": "nobody", "type": "PRODUCT", "itemId": "p1"}

    outcomes = await files.load(data_file(in_vip("anna"), item, vip(), in_vip("ben")))

    assert rejections(outcomes) == {
        1: "The segment with id vip does not exist.",
        2: "The segment with id nobody does not exist.",
    }
    assert [one["kind"] for one in await files.exported()] == ["segment", "customerAssignment"]


async def test_a_line_that_is_rejected_keeps_no_other_from_being_loaded(files: DataFiles) -> None:
    data = data_file(vip(), {"kind": "customer"}, in_vip("anna")) + b"{\n" + data_file(in_vip("ben"))

    outcomes = await files.load(data)

    assert sorted(rejections(outcomes)) == [2, 4]
    assert [outcome.effect for outcome in outcomes.values() if outcome.error is None] == [CREATED] * 3


async def test_unknown_references_are_rejected_where_the_policy_enforces_them(
    database: Database, tenant: str
) -> None:
    files = DataFiles(database, tenant, Policy(enforce_references=True))
    lines = [vip(), in_vip("anna"), {"kind": "customer", "id": "anna"}, in_vip("anna"), in_vip("ben")]

    assert rejections(await files.load(data_file(*lines))) == {
        2: "The customer with id anna does not exist.",
        5: "The customer with id ben does not exist.",
    }


async def test_loading_again_writes_nothing(files: DataFiles) -> None:
    """Rows are only locked and read: a statement for each kind, and for links, segments, rules and hands."""
    lines: list[dict[str, Any]] = [
        {"kind": "customer", "id": "anna", "legalEntityIds": ["b", "a", "a"]},
        {"kind": "product", "id": "p1", "name": {"en": "P", "de": "P"}, "categoryIds": []},
        {"kind": "category", "id": "c1", "ecn": ["b", "a"], "validity": {"to": "2026-01-01T00:00:00.5Z"}},
        vip(mixins={"b": {"x": 1.0}, "a": {}}),
        in_vip("anna", legalEntityId="b"),
    ]
    await files.load(data_file(*lines))
    exported = await files.export()

    assert (
        effects(await files.load(data_file(*lines), now=datetime(2027, 1, 1, tzinfo=UTC))) == [UNCHANGED] * 5
    )
    assert await files.export() == exported
    assert files.statements[-1] == 10


async def test_a_batch_takes_as_many_statements_for_many_lines_as_for_few(
    database: Database, tenant: str
) -> None:
    def lines(count: int) -> bytes:
        customers = [{"kind": "customer", "id": f"c{n}", "legalEntityIds": ["le"]} for n in range(count)]
        return data_file(*customers, vip(), *(in_vip(f"c{n}") for n in range(count)))

    few, many = DataFiles(database, tenant), DataFiles(database, f"{tenant[:-1]}y")
    await few.load(lines(COPIED))
    await many.load(lines(400))

    assert many.statements == few.statements
    assert len(few.statements) == 1


def test_a_batch_is_full_at_eight_thousand_lines() -> None:
    assert BATCH_LINES == 8_000
    assert batch_sizes(vip(), *(in_vip(f"c{number}") for number in range(16_100))) == [8_000, 8_000, 101]


def test_a_batch_of_big_lines_is_short() -> None:
    big = {"kind": "product", "id": "p1", "name": {"en": "x" * (BATCH_BYTES // 4)}, "unknown": ""}
    assert batch_sizes(*[big] * 7) == [3, 3, 1]


def test_kinds_may_alternate_within_a_batch() -> None:
    pairs = [
        line
        for number in range(100)
        for line in (vip(id=f"s{number}"), in_vip("anna", segmentId=f"s{number}"))
    ]
    assert batch_sizes(*pairs) == [200]


def test_a_line_that_an_earlier_one_refers_to_begins_a_batch() -> None:
    customer = {"kind": "customer", "id": "anna"}
    entity = {"kind": "legalEntity", "id": "le"}
    category = {"kind": "category", "id": "anna"}
    item = {"kind": "itemAssignment", "segmentId": "vip", "type": "CATEGORY", "itemId": "anna"}

    assert batch_sizes(vip(), in_vip("anna"), customer) == [2, 1]
    assert batch_sizes(vip(), in_vip("anna", legalEntityId="le"), entity, customer) == [2, 2]
    assert batch_sizes(vip(), in_vip("anna"), category, item, vip(id="other"), vip()) == [5, 1]
    assert batch_sizes(item, category) == [1, 1]
