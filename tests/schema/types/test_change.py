"""Following changes over GraphQL: what is recorded, who sees it, and where a reader goes on."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from models.connection.session import Transaction
from models.tables.change import change_head, change_record
from resolvers.caller import Caller
from resolvers.changes import follow, read
from resolvers.policy import Policy
from tests.factories.documents import customer, group, segment
from tests.schema.client import Graph

CHANGES = """
query ($after: String, $first: Int! = 100, $types: [ChangeType!], $segmentIds: [ID!], $customerId: ID) {
  changes(after: $after, first: $first, types: $types, segmentIds: $segmentIds, customerId: $customerId) {
    changes {
      id cursor type cause actor version document segmentId
      segment { id }
      ... on SegmentChange { previousStatus }
      ... on CustomerAssignmentChange {
        customer { id firstName } legalEntity { id } assignmentType
      }
      ... on ItemAssignmentChange { itemType item { id code } }
      ... on GroupAssignmentChange { group { id name } }
    }
    cursor
    hasMore
  }
}
"""


async def ask(graph: Graph, caller: Caller | None = None, **variables: Any) -> Any:
    return (await graph(CHANGES, variables, caller=caller))["changes"]


def types(batch: Any) -> list[str]:
    return [change["type"] for change in batch["changes"]]


def without_cursors(change: dict[str, Any]) -> dict[str, Any]:
    assert change["id"] == change["cursor"]
    metadata = (change["document"] or {}).pop("metadata", {})
    assert metadata.get("version", change["version"]) == change["version"]
    return {name: value for name, value in change.items() if name not in ("id", "cursor")}


async def test_each_change_is_shown_with_what_it_changed(graph: Graph) -> None:
    await graph.shop.segments(segment("s", name={"en": "S"}, status="ACTIVE", siteCode="main"))
    await graph.shop.segments(segment("s", name={"en": "T"}, status="INACTIVE", siteCode="main"))
    await graph.shop.known_customers(customer("anna", firstName="Anna"))
    await graph.shop.customers(("s", "anna", "acme"), mixins={"a": {"b": 1}})
    await graph.shop.items(("s", "PRODUCT", "drill"))
    await graph.mutate(
        "$id: ID! => segmentDelete(id: $id, forceDelete: true) { deletedSegmentId }", {"id": "s"}
    )
    common = {"segmentId": "s", "segment": None, "actor": None, "cause": "MANUAL"}
    document = {"id": "s", "siteCode": "main"}
    in_s = {"customer": {"id": "anna", "firstName": "Anna"}, "legalEntity": {"id": "acme"}}
    drill = {"itemType": "PRODUCT", "item": {"id": "drill", "code": None}}
    batch = await ask(graph)
    assert [without_cursors(change) for change in batch["changes"]] == [
        {
            **common,
            "type": "SEGMENT_CREATED",
            "version": 1,
            "document": {**document, "name": {"en": "S"}, "status": "ACTIVE"},
            "previousStatus": None,
        },
        {
            **common,
            "type": "SEGMENT_UPDATED",
            "version": 2,
            "document": {**document, "name": {"en": "T"}, "status": "INACTIVE"},
            "previousStatus": "ACTIVE",
        },
        {
            **common,
            **in_s,
            "type": "CUSTOMER_ASSIGNMENT_CREATED",
            "version": 1,
            "document": {"assignmentType": "MANUAL", "mixins": {"a": {"b": 1}}},
            "assignmentType": "MANUAL",
        },
        {**common, **drill, "type": "ITEM_ASSIGNMENT_CREATED", "version": 1, "document": {}},
        {
            **common,
            **in_s,
            "type": "CUSTOMER_ASSIGNMENT_DELETED",
            "cause": "CASCADE",
            "version": 1,
            "document": None,
            "assignmentType": None,
        },
        {
            **common,
            **drill,
            "type": "ITEM_ASSIGNMENT_DELETED",
            "cause": "CASCADE",
            "version": 1,
            "document": None,
        },
        {**common, "type": "SEGMENT_DELETED", "version": 2, "document": None, "previousStatus": None},
    ]
    assert batch["hasMore"] is False
    assert batch["cursor"] == batch["changes"][-1]["cursor"]


async def test_a_reader_goes_on_from_any_cursor(graph: Graph) -> None:
    await graph.shop.segments(*(segment(f"s{number}") for number in range(7)))
    everything = await ask(graph)
    seen: list[Any] = []
    cursor, has_more = None, True
    while has_more:
        batch = await ask(graph, after=cursor, first=3)
        seen += batch["changes"]
        cursor, has_more = batch["cursor"], batch["hasMore"]
    assert seen == everything["changes"]
    for position, change in enumerate(everything["changes"], start=1):
        rest = await ask(graph, after=change["cursor"])
        assert rest["changes"] == everything["changes"][position:]
    assert await graph("{ changesCursor }") == {"changesCursor": cursor}
    assert await ask(graph, after=cursor) == {"changes": [], "cursor": cursor, "hasMore": False}


async def test_a_filter_moves_the_cursor_past_what_it_leaves_out(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "WINDOW", 3)
    await graph.shop.segments(*(segment(f"s{number}") for number in range(4)))
    await graph.shop.customers(("s1", "anna"))
    batch = await ask(graph, types=["CUSTOMER_ASSIGNMENT_CREATED"])
    assert (types(batch), batch["hasMore"]) == ([], True)
    batch = await ask(graph, types=["CUSTOMER_ASSIGNMENT_CREATED"], after=batch["cursor"])
    assert (types(batch), batch["hasMore"]) == (["CUSTOMER_ASSIGNMENT_CREATED"], False)


async def test_changes_are_filtered_by_segment_and_customer(graph: Graph) -> None:
    await graph.shop.segments(segment("s"), segment("t"))
    await graph.shop.customers(("s", "anna"), ("t", "anna"), ("t", "ben"))
    assert types(await ask(graph, segmentIds=["s"])) == ["SEGMENT_CREATED", "CUSTOMER_ASSIGNMENT_CREATED"]
    of_anna = await ask(graph, customerId="anna")
    assert [change["segmentId"] for change in of_anna["changes"]] == ["s", "t"]
    assert types(await ask(graph, types=[])) == []
    assert types(await ask(graph, segmentIds=[])) == []


async def test_group_assignments_are_changes_for_the_groups_own_customers(graph: Graph) -> None:
    shop = graph.shop
    await shop.segments(segment("s"))
    await shop.known_groups(group("club", "anna"))
    await shop.groups(("s", "club"), ("s", "other"))
    await shop.groups(("s", "club"), mixins={"a": {"b": 1}})
    await graph.mutate(
        "$id: ID! => segmentDelete(id: $id, forceDelete: true) { deletedSegmentId }", {"id": "s"}
    )
    common = {"segmentId": "s", "segment": None, "actor": None, "cause": "MANUAL"}
    club, other = {"group": {"id": "club", "name": "Club"}}, {"group": {"id": "other", "name": None}}
    gone = {"type": "GROUP_ASSIGNMENT_DELETED", "cause": "CASCADE", "document": None}
    of_groups: list[dict[str, Any]] = [
        {**common, "type": "GROUP_ASSIGNMENT_CREATED", "version": 1, "document": {}, **club},
        {**common, "type": "GROUP_ASSIGNMENT_CREATED", "version": 1, "document": {}, **other},
        {
            **common,
            "type": "GROUP_ASSIGNMENT_UPDATED",
            "version": 2,
            "document": {"mixins": {"a": {"b": 1}}},
            **club,
        },
        {**common, **gone, "version": 2, **club},
        {**common, **gone, "version": 1, **other},
    ]
    types_of_groups = [f"GROUP_ASSIGNMENT_{name}" for name in ("CREATED", "UPDATED", "DELETED")]
    batch = await ask(graph, types=types_of_groups)
    assert [without_cursors(change) for change in batch["changes"]] == of_groups
    own = await ask(graph, shop.caller("O", "anna"), types=types_of_groups)
    assert [without_cursors(change) for change in own["changes"]] == [
        change for change in of_groups if change["group"] == club["group"]
    ]
    assert (await ask(graph, shop.caller("O", "ben")))["changes"] == []


async def test_the_own_view_shows_what_is_the_callers(graph: Graph) -> None:
    anna = graph.shop.caller("O", "anna")
    await graph.shop.segments(segment("s", status="ACTIVE"), segment("t", status="ACTIVE"))
    await graph.shop.customers(("s", "anna"), ("t", "ben"), ("s", "ben"))
    await graph.shop.items(("s", "PRODUCT", "drill"), ("t", "PRODUCT", "saw"))
    seen = await ask(graph, anna)
    assert [(change["type"], change["segmentId"]) for change in seen["changes"]] == [
        ("SEGMENT_CREATED", "s"),
        ("CUSTOMER_ASSIGNMENT_CREATED", "s"),
        ("ITEM_ASSIGNMENT_CREATED", "s"),
    ]
    await graph.mutate(
        '$id: ID! => segmentCustomersRemove(segmentId: $id, customers: [{customerId: "anna"}]) '
        "{ results { effect } }",
        {"id": "s"},
    )
    await graph.shop.segments(segment("s", status="ACTIVE", siteCode="later"))
    assert types(await ask(graph, anna, after=seen["cursor"])) == ["CUSTOMER_ASSIGNMENT_DELETED"]


async def test_a_customer_who_acts_for_a_legal_entity_sees_its_assignments(graph: Graph) -> None:
    await graph.shop.segments(segment("s"))
    await graph.shop.customers(("s", "anna"), ("s", "anna", "acme"), ("s", "anna", "globex"))
    of_acme = graph.shop.caller("O", "anna", "acme")
    seen = await ask(graph, of_acme, types=["CUSTOMER_ASSIGNMENT_CREATED"])
    assert [change["legalEntity"] for change in seen["changes"]] == [None, {"id": "acme"}]


@pytest.mark.parametrize(("scopes", "code"), [("", "FORBIDDEN"), ("M", "FORBIDDEN"), ("O", "FORBIDDEN")])
async def test_changes_need_a_reading_scope(graph: Graph, scopes: str, code: str) -> None:
    for query in (CHANGES, "{ changesCursor }"):
        answer = await graph.ask(query, caller=graph.shop.caller(scopes))
        assert answer.codes == [code]


async def test_a_cursor_is_refused_by_another_tenant_and_when_it_is_malformed(graph: Graph) -> None:
    await graph.shop.segments(segment("s"))
    other = Graph(replace(graph.shop, tenant=f"o{graph.shop.tenant}"))
    cursor = (await ask(graph))["cursor"]
    for client, given in (
        (other, cursor),
        (graph, ""),
        (graph, "é"),
        (graph, "x" * 300),
        (graph, cursor[:-2]),
    ):
        answer = await client.ask(CHANGES, {"after": given})
        assert [(one["extensions"]["code"], one["extensions"]["inputPath"]) for one in answer.errors] == [
            ("INVALID_ARGUMENT", ["after"])
        ]


@pytest.mark.parametrize(
    ("variables", "path"),
    [
        ({"first": 0}, ["first"]),
        ({"first": 1_001}, ["first"]),
        ({"segmentIds": ["s"] * 1_001}, ["segmentIds"]),
        ({"segmentIds": ["s" * 300]}, ["segmentIds"]),
        ({"customerId": "c" * 300}, ["customerId"]),
    ],
)
async def test_arguments_are_bounded(graph: Graph, variables: dict[str, Any], path: list[str]) -> None:
    answer = await graph.ask(CHANGES, variables)
    assert [one["extensions"]["inputPath"] for one in answer.errors] == [path]


async def test_a_cursor_before_the_first_change_stays_good(graph: Graph) -> None:
    cursor = (await graph("{ changesCursor }"))["changesCursor"]
    await graph.shop.segments(segment("s"))
    assert types(await ask(graph, after=cursor)) == ["SEGMENT_CREATED"]


async def test_a_cursor_whose_changes_are_deleted_has_expired(graph: Graph) -> None:
    await graph.shop.segments(*(segment(f"s{number}") for number in range(4)))
    cursors = [change["cursor"] for change in (await ask(graph))["changes"]]

    async def trim(transaction: Transaction) -> None:
        mine = change_record.c.tenant == graph.shop.tenant
        await transaction.write(change_record.delete().where(mine, change_record.c.seq <= 2))
        head = change_head.c.tenant == graph.shop.tenant
        await transaction.write(change_head.update().where(head).values(floor=2))

    await graph.shop.database.write(trim)
    answer = await graph.ask(CHANGES, {"after": cursors[0]})
    [error] = answer.errors
    assert error["extensions"] == {
        "code": "CURSOR_EXPIRED",
        "inputPath": ["after"],
        "oldestCursor": cursors[1],
    }
    assert types(await ask(graph, after=cursors[1])) == ["SEGMENT_CREATED"] * 2
    assert types(await ask(graph)) == ["SEGMENT_CREATED"] * 2


async def test_a_cursor_of_another_epoch_or_beyond_the_head_is_unknown(graph: Graph) -> None:
    await graph.shop.segments(segment("s"), segment("t"))
    cursor = (await ask(graph))["cursor"]

    async def rewind(transaction: Transaction) -> None:
        head = change_head.c.tenant == graph.shop.tenant
        await transaction.write(change_head.update().where(head).values(seq=1))

    await graph.shop.database.write(rewind)
    assert (await graph.ask(CHANGES, {"after": cursor})).codes == ["CURSOR_UNKNOWN"]


async def test_without_a_secret_the_feed_is_off(graph: Graph) -> None:
    answer = await graph.ask(CHANGES, policy=Policy())
    assert answer.codes == ["CHANGES_OFF"]


async def test_a_batch_takes_two_statements_whatever_it_shows(graph: Graph) -> None:
    await graph.shop.segments(*(segment(f"s{number}") for number in range(20)))
    answer = await graph.ask("{ changes { changes { type document } cursor hasMore } }")
    assert (len(answer.data["changes"]["changes"]), answer.statements) == (20, 2)


async def test_the_own_view_does_not_show_who_wrote(graph: Graph) -> None:
    await graph.shop.segments(segment("s"))
    boss = replace(graph.shop.caller("RM"), subject="boss")
    query = (
        'mutation { segmentPatch(id: "s", operations: [{op: REPLACE, path: "/siteCode", value: "x"}]) '
        "{ userErrors { code } } }"
    )
    assert (await graph(query, caller=boss))["segmentPatch"] == {"userErrors": []}
    await graph.shop.customers(("s", "anna"))
    assert [one["actor"] for one in (await ask(graph, types=["SEGMENT_UPDATED"]))["changes"]] == ["boss"]
    own = await ask(graph, graph.shop.caller("O", "anna"), types=["SEGMENT_UPDATED"])
    assert [one["actor"] for one in own["changes"]] == [None]


async def test_a_batch_ends_where_it_has_enough_bytes(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "LARGEST_BATCH", 5_500)
    await graph.shop.segments(
        *(segment(f"s{number}", mixins={"a": {"text": "\N{GRINNING FACE}" * 500}}) for number in range(5)),
        segment("small"),
    )
    anna = graph.shop.caller("O", "anna")
    await graph.shop.customers(*((f"s{number}", "anna") for number in range(5)))
    created = {"types": ["SEGMENT_CREATED"]}
    for caller, rest in ((None, ["s3", "s4", "small"]), (anna, ["s3", "s4"])):
        batch = await ask(graph, caller, **created)
        assert [change["segmentId"] for change in batch["changes"]] == ["s0", "s1", "s2"]
        assert batch["hasMore"] is True
        batch = await ask(graph, caller, **created, after=batch["cursor"])
        assert [change["segmentId"] for change in batch["changes"]] == rest
        assert batch["hasMore"] is False


async def test_a_change_larger_than_a_batch_is_a_batch(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "LARGEST_BATCH", 1)
    await graph.shop.segments(segment("s"), segment("t"))
    batch = await ask(graph)
    assert ([change["segmentId"] for change in batch["changes"]], batch["hasMore"]) == (["s"], True)
    batch = await ask(graph, after=batch["cursor"])
    assert ([change["segmentId"] for change in batch["changes"]], batch["hasMore"]) == (["t"], False)


async def test_so_many_requests_of_a_caller_wait_at_a_time(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "MOST_WAITS", 2)
    wait = "{ changes(waitSeconds: 1) { cursor } }"
    anna = graph.shop.caller("O", "anna")
    waiting = [asyncio.create_task(graph.ask(wait, caller=anna)) for _ in range(2)]
    while graph.shop.database.heads.waits[anna.client] < 2:  # noqa: ASYNC110  (nothing tells)
        await asyncio.sleep(0)
    assert (await graph.ask(wait, caller=anna)).codes == ["TOO_MANY_STREAMS"]
    assert (await graph.ask(wait)).codes == []
    assert [(await one).codes for one in waiting] == [[], []]
    assert (await graph.ask(wait, caller=anna)).codes == []
    assert graph.shop.database.heads.waits == {}
