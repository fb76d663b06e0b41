"""Rules and exclusions in data files."""

import io
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from models.connection.database import Database
from models.tables.change import change_record
from resolvers.errors import GatewayError
from resolvers.policy import Policy
from resolvers.rules.vocabulary import MOST_RULES
from resolvers.transfer.line import read_lines
from resolvers.transfer.load import batches
from resolvers.writing.command import Effect
from tests.factories.examples import examples
from tests.resolvers.transfer.data_files import (
    NOW,
    STAMP,
    DataFiles,
    data_file,
    effects,
    in_vip,
    new_tenant,
    rejections,
    vip,
)
from tests.resolvers.transfer.shops import customer, shops

CREATED, UPDATED, UNCHANGED, DELETED = Effect.CREATED, Effect.UPDATED, Effect.UNCHANGED, Effect.DELETED
LATER = NOW + timedelta(hours=1)
BIG = {"where": {"mixin": {"path": "shop.turnover", "gte": 2}}, "subject": "CUSTOMER", "timeZone": "UTC"}
SMALL = {"q": "mixins.shop.turnover:<2", "subject": "CUSTOMER", "timeZone": "UTC"}


def excluded(customer_id: str, **members: Any) -> dict[str, Any]:
    return {"kind": "customerExclusion", "segmentId": "vip", "customerId": customer_id, **members}


def batch_sizes(*records: dict[str, Any]) -> list[int]:
    return [len(batch) for batch in batches(read_lines(io.BytesIO(data_file(*records)), Policy()))]


@pytest.fixture
def files(database: Database, tenant: str) -> DataFiles:
    return DataFiles(database, tenant)


async def rule_of_vip(files: DataFiles) -> Any:
    [segment] = [one for one in await files.exported() if one["kind"] == "segment"]
    return segment.get("rule")


async def members(files: DataFiles) -> dict[str, str]:
    """The type of each assignment in the segment, by customer; `EXCLUDED` for those kept out."""
    return {
        one["customerId"]: one.get("assignmentType", "EXCLUDED")
        for one in await files.exported()
        if one.get("segmentId") == "vip"
    }


async def records_in_log(files: DataFiles) -> int:
    async with files.database.read() as session:
        rows = await session.rows(change_record.select().where(change_record.c.tenant == files.caller.tenant))
    return len(rows)


async def test_a_rule_assigns_customers_once_the_file_is_loaded(files: DataFiles) -> None:
    lines = [vip(rule=BIG), customer("a", 2), customer("b", 1), customer("c", 3), excluded("c"), in_vip("b")]
    assert effects(await files.load(data_file(*lines))) == [CREATED] * 6
    assert effects(files.rules) == [CREATED]
    assert await members(files) == {"a": "AUTOMATIC", "b": "MANUAL", "c": "EXCLUDED"}
    assert await rule_of_vip(files) == BIG


async def test_a_line_without_a_rule_leaves_it_and_null_removes_it(files: DataFiles) -> None:
    await files.load(data_file(customer("a", 2), customer("b", 2), vip(rule=BIG), excluded("x")))
    await files.load(data_file(vip(status="ACTIVE")))
    assert files.rules == {}
    assert await rule_of_vip(files) == BIG
    assert set(await members(files)) == {"a", "b", "x"}

    assert effects(await files.load(data_file(vip(status="ACTIVE", rule=None)))) == [UNCHANGED]
    assert effects(files.rules) == [DELETED]
    assert await rule_of_vip(files) is None
    assert await members(files) == {}
    await files.load(data_file(vip(status="ACTIVE", rule=None)))
    assert effects(files.rules) == [UNCHANGED]


async def test_an_equal_rule_changes_nothing_and_another_one_is_applied(files: DataFiles) -> None:
    await files.load(data_file(customer("a", 2), customer("b", 1), vip(rule=BIG)))
    count = await records_in_log(files)
    await files.load(data_file(vip(rule={**BIG, "subject": None, "timeZone": None, "q": None})), LATER)
    assert effects(files.rules) == [UNCHANGED]
    assert await records_in_log(files) == count

    await files.load(data_file(vip(rule=SMALL)), LATER)
    assert effects(files.rules) == [UPDATED]
    assert await members(files) == {"b": "AUTOMATIC"}
    one, true = ({"where": {"mixin": {"path": "shop.turnover", "eq": value}}} for value in (1, True))
    for rule in (one, true):
        await files.load(data_file(vip(rule=rule)), LATER)
        assert effects(files.rules) == [UPDATED]
    assert await members(files) == {}


async def test_a_paused_rule_stays_paused_until_a_line_says_otherwise(files: DataFiles) -> None:
    paused = {**BIG, "paused": True}
    await files.load(data_file(customer("a", 2), vip(rule=paused), in_vip("z", assignmentType="AUTOMATIC")))
    assert await members(files) == {"z": "AUTOMATIC"}
    assert await rule_of_vip(files) == paused
    await files.load(data_file(vip(rule=paused)))
    assert effects(files.rules) == [UNCHANGED]
    await files.load(data_file(vip(rule={**BIG, "paused": False})))
    assert effects(files.rules) == [UPDATED]
    assert await members(files) == {"a": "AUTOMATIC"}
    await files.load(data_file(vip(rule=paused)))
    assert await rule_of_vip(files) == paused


async def test_rules_may_ask_for_segments_that_come_later_or_are_gone(files: DataFiles) -> None:
    def segment(id_: str, asked: str) -> dict[str, Any]:
        return vip(id=id_, rule={"q": f"inSegment:{asked}"})

    await files.load(data_file(customer("a", 2), segment("a1", "b1"), segment("b1", "vip"), vip(rule=BIG)))
    assert effects(files.rules) == [CREATED] * 3
    assert len([one for one in await files.exported() if one["kind"] == "customerAssignment"]) == 3
    assert effects(await files.load(data_file(segment("b1", "gone")))) == [UNCHANGED]
    assert effects(files.rules) == [UPDATED]
    assert [one["segmentId"] for one in await files.exported() if "segmentId" in one] == ["vip"]

    outcomes = await files.load(data_file(segment("b1", "c1"), segment("c1", "a1"), vip(rule=SMALL)))
    assert effects(outcomes) == [UNCHANGED, CREATED, UNCHANGED]
    assert rejections(files.rules) == {
        1: "Rules may not ask for each other in a circle: b1 -> c1 -> a1 -> b1."
    }
    assert files.rules[2].effect is CREATED
    assert files.rules[3].effect is UPDATED


@pytest.mark.slow
async def test_a_rule_that_cannot_be_set_leaves_the_others(files: DataFiles) -> None:
    many = [vip(id=f"s{number:03}", rule=SMALL) for number in range(MOST_RULES + 2)]
    await files.load(data_file(*many))
    assert rejections(files.rules) == dict.fromkeys((101, 102), "A tenant may have 100 rules.")
    assert len([one for one in await files.exported() if "rule" in one]) == MOST_RULES


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ([], ("rule",)),
        ({}, ("rule", "where")),
        ({"q": "id:a", "where": {}}, ("rule", "where")),
        ({"q": "phone:1"}, ("rule", "q")),
        ({"q": "id:a", "timeZone": "Mars"}, ("rule", "timeZone")),
        ({"q": "id:a", "subject": "DOG"}, ("rule", "subject")),
        ({"q": "id:a", "paused": 1}, ("rule", "paused")),
        (
            {"where": {"and": [{"mixin": {"path": "x", "eq": 1}}, {"id": 1}]}},
            ("rule", "where", "and", 1, "id"),
        ),
    ],
)
def test_a_rule_that_is_none_is_refused(rule: Any, path: tuple[str, ...]) -> None:
    [line] = read_lines(io.BytesIO(data_file(vip(rule=rule))), Policy())
    assert isinstance(line.command, GatewayError)
    assert line.command.path == path


def test_unknown_members_of_a_rule_are_named() -> None:
    [line] = read_lines(io.BytesIO(data_file(vip(rule={"q": "id:a", "timezone": "UTC"}))), Policy())
    assert line.unknown == (("rule", "timezone"),)


async def test_who_is_excluded_is_not_assigned_and_the_other_way_round(files: DataFiles) -> None:
    await files.load(data_file(customer("a", 2), vip(rule=BIG), in_vip("b")))
    assert effects(await files.load(data_file(excluded("a"), excluded("b")))) == [CREATED, CREATED]
    assert await members(files) == {"a": "EXCLUDED", "b": "EXCLUDED"}
    await files.load(data_file(customer("a", 3)))
    assert await members(files) == {"a": "EXCLUDED", "b": "EXCLUDED"}
    assert effects(await files.load(data_file(in_vip("b"), excluded("a", deleted=True)))) == [
        CREATED,
        DELETED,
    ]
    assert await members(files) == {"a": "AUTOMATIC", "b": "MANUAL"}
    assert effects(await files.load(data_file(excluded("a", deleted=True)))) == [UNCHANGED]
    assert batch_sizes(vip(), excluded("a"), in_vip("a"), in_vip("b"), excluded("c")) == [5]
    assert batch_sizes(vip(), in_vip("a"), excluded("a"), vip()) == [2, 1, 1]


async def test_an_exclusion_needs_its_segment_and_goes_with_it(files: DataFiles) -> None:
    outcomes = await files.load(data_file(excluded("a")))
    assert rejections(outcomes) == {1: "The segment with id vip does not exist."}
    await files.load(data_file(vip(), excluded("a", metadata={"createdAt": STAMP["createdAt"]})))
    assert (await files.exported())[-1]["metadata"] == {"createdAt": STAMP["createdAt"]}
    assert effects(await files.load(data_file(excluded("a")), LATER)) == [UNCHANGED]
    assert effects(await files.load(data_file(vip(deleted=True)))) == [DELETED]
    assert await files.export() == b""


@pytest.mark.slow
@settings(max_examples=examples(30), deadline=None)
@given(first=shops(), second=shops())
async def test_a_shop_with_rules_is_the_same_bytes_on_either_database(
    database: Database, other_database: Database, first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    """Rules, exclusions, and assignments with their times; loaded twice, nothing changes."""
    here = DataFiles(database, new_tenant())
    await here.load(data_file(*first))
    await here.load(data_file(*second), LATER)
    exported = await here.export()

    lines = len(exported.splitlines())
    there, back = DataFiles(other_database, new_tenant()), DataFiles(database, new_tenant())
    for files, source in ((there, exported), (back, None)):
        copy = source or await there.export()
        assert effects(await files.load(copy, LATER)) == [CREATED] * lines
        assert await files.export() == exported
        count = await records_in_log(files)
        assert effects(await files.load(copy, LATER)) == [UNCHANGED] * lines
        assert set(effects(files.rules)) <= {UNCHANGED}
        assert await records_in_log(files) == count == _recorded(exported)
    assert await back.export() == await here.export() == exported


def _recorded(exported: bytes) -> int:
    """How many lines the log has a record of when they are loaded for the first time."""
    kinds = (b'{"kind":"segment"', b'{"kind":"customerAssignment"', b'{"kind":"itemAssignment"')
    return sum(line.startswith(kinds) for line in exported.splitlines())
