"""Every changed row is seen before its transaction ends: what was seen is what differs in the tables."""

import io
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import orjson
import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.commands.operator import operator_writer
from gateway.identity.tokens import issue_token
from gateway.settings.settings import Settings
from models.connection.session import Transaction
from resolvers.access import Writer
from resolvers.caller import Scope
from resolvers.segment.write import RemoveSegment, write_segments
from resolvers.transfer.line import read_lines
from resolvers.transfer.load import batches, write_batch
from resolvers.writing import cascade
from resolvers.writing.change import Cause, Change
from resolvers.writing.run import run
from rest_compat.operations import OPERATIONS
from schema.root import schema
from tests.factories.documents import segment
from tests.factories.shop import Shop
from tests.gateway.serving import client_of
from tests.resolvers.transfer.data_files import data_file
from tests.resolvers.writing.written import DATA_FILES, MUTATIONS, REQUESTS

SECRET = "a secret that only the tests of changes know"
Key: TypeAlias = tuple[str, ...]
Tables: TypeAlias = dict[Key, dict[str, Any]]
"""Rows by table and key."""


class Seen:
    """The changes of a tenant, put together to what they make of its tables."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.changes: list[Change] = []

    async def tables(self) -> Tables:
        """Every row that there is."""
        rows = await self._shop.rows()
        return {key_of(name, row): row for name, table in rows.items() for row in table}

    def applied(self, tables: Tables) -> Tables:
        """The tables after the changes so far, each of which finds the row as the ones before left it."""
        tables = dict(tables)
        for change in self.changes:
            key = key_of(change.table.name, change.before or change.after or {})
            stored = tables.pop(key, None)
            if change.before is None:
                assert stored is None
            elif change.cause is Cause.CASCADE:
                assert stored is not None
                assert change.before == {name: stored[name] for name in change.before}
                assert set(stored) - set(change.before) <= {"mixins", "mixin_schemas"}
            else:
                assert change.before == stored != change.after
            if change.after is not None:
                tables[key] = change.after
        return tables


def key_of(table: str, row: dict[str, Any]) -> Key:
    names = {
        "customer_assignment": ("segment_id", "customer_id", "legal_entity_id"),
        "item_assignment": ("segment_id", "type", "item_id"),
        "customer_legal_entity": ("customer_id", "legal_entity_id"),
        "product_category": ("product_id", "category_id"),
        "group_assignment": ("segment_id", "group_id"),
        "customer_group_member": ("group_id", "customer_id"),
    }
    return table, *(row[name] for name in names.get(table, ("id",)))


@pytest.fixture
def seen(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Seen:
    seen = Seen(shop)

    others = Writer.remember

    async def remember(writer: Writer, changes: Sequence[Change]) -> None:
        if writer.tenant == shop.tenant:
            seen.changes += changes
        else:  # the background work of the application, for tenants of other tests
            await others(writer, changes)

    monkeypatch.setattr(Writer, "remember", remember)
    return seen


@pytest.fixture
async def client(shop: Shop, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(
        home=tmp_path,
        database_url=shop.database.engine.url.render_as_string(hide_password=False),
        token_secret=SecretStr(SECRET),
    )
    async with client_of(create_app(settings)) as client:
        token = issue_token(SECRET, shop.tenant, list(Scope), expires_in=600)
        client.headers["authorization"] = f"Bearer {token}"
        yield client


async def test_every_mutation(seen: Seen, client: httpx.AsyncClient) -> None:
    fields = re.findall(
        r"(?m)^  (\w+)\(", schema.as_str().partition("type Mutation {")[2].partition("\n}")[0]
    )
    assert {name for name, _ in MUTATIONS} == {name for name in fields if not name.startswith("webhook")}
    for name, arguments in MUTATIONS:
        before = await seen.tables()
        seen.changes.clear()
        answer = await client.post(
            "/graphql", json={"query": f"mutation {{ {name}{arguments} {{ __typename }} }}"}
        )
        assert "errors" not in answer.json(), answer.text
        assert seen.applied(before) == await seen.tables(), name
        assert bool(seen.changes) == (arguments != '(id: "g1")' and name != "segmentRulePause"), name
        assert {change.cause for change in seen.changes} <= {Cause.MANUAL, Cause.CASCADE, Cause.ACTIVATION}
    assert len(await seen.tables()) == 5


async def test_every_operation_that_writes(shop: Shop, seen: Seen, client: httpx.AsyncClient) -> None:
    written = {
        (one.method, one.path.removeprefix("/{tenant}/segments"))
        for one in OPERATIONS
        if writes(one.operation_id)
    }
    assert {(method, template(path)) for method, path, _ in REQUESTS} == written
    for method, path, body in REQUESTS:
        before = await seen.tables()
        seen.changes.clear()
        media_type = {
            "content-type": "application/json-patch+json" if method == "PATCH" else "application/json"
        }
        answer = await client.request(
            method,
            f"/customer-segment/{shop.tenant}/segments{path}",
            headers=media_type if body is not None else {},
            content=None if body is None else orjson.dumps(body),
        )
        assert answer.is_success, answer.text
        assert seen.applied(before) == await seen.tables(), path
        assert bool(seen.changes) == (body != []), path
    assert await seen.tables() == {}


def writes(operation_id: str) -> bool:
    return not re.search("retrieve|search|match", operation_id)


def template(path: str) -> str:
    """The path of an operation as the table of operations has it."""
    path = re.sub(r"\?.*", "", path)
    path = re.sub("^/r[0-9]", "/{segmentId}", path)
    path = re.sub("/groups/(club|other)", "/groups/{groupId}", path)
    path = re.sub("/customers/anna", "/customers/{customerId}", path).replace("/acme", "/{legalEntityId}")
    return re.sub("/items/(PRODUCT|CATEGORY)", "/items/{type}", path).replace("/drill", "/{itemId}")


async def test_data_files(shop: Shop, seen: Seen) -> None:
    for number, lines in enumerate(DATA_FILES):
        before = await seen.tables()
        seen.changes.clear()
        for batch in batches(read_lines(io.BytesIO(data_file(*lines)), shop.policy)):

            async def work(transaction: Transaction) -> None:
                writer = operator_writer(shop.tenant, shop.policy, transaction)
                for outcome in await run(writer, lambda writer: write_batch(writer, batch)):  # noqa: B023
                    outcome.raised()

            await shop.database.write(work)
        assert seen.applied(before) == await seen.tables()
        assert len(seen.changes) == (13, 1, 10)[number]
        assert {change.cause for change in seen.changes} <= {Cause.IMPORT, Cause.CASCADE}


async def test_rows_that_go_in_chunks_are_seen_in_key_order(
    shop: Shop, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cascade, "CHUNK_ROWS", 3)
    await shop.segments(segment("s"))
    await shop.customers(*(("s", f"c{number}") for number in range(7)))
    seen.changes.clear()
    await shop.write(lambda writer: write_segments(writer, [RemoveSegment(("s",), force_delete=True)]))
    assert [(one.cause, (one.before or {}).get("customer_id")) for one in seen.changes] == [
        *((Cause.CASCADE, f"c{number}") for number in range(7)),
        (Cause.MANUAL, None),
    ]
