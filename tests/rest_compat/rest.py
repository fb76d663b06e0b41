"""The client that the tests talk through, and what they say often."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from models.connection.database import Database
from models.connection.session import Transaction
from resolvers.access import Writer
from resolvers.caller import Caller, Scope
from resolvers.policy import Policy
from resolvers.reference.write import (
    CATEGORIES,
    CUSTOMERS,
    GROUPS,
    LEGAL_ENTITIES,
    PRODUCTS,
    upsert_reference,
    write_references,
)

NOUNS = {
    "customers": CUSTOMERS,
    "legal_entities": LEGAL_ENTITIES,
    "groups": GROUPS,
    "categories": CATEGORIES,
    "products": PRODUCTS,
}


class Rest:
    """One tenant's client. `scopes` are letters: R reads, O reads own, M manages.

    `automatic` are the rows, without times, that rules add to the customers of each segment.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        database: Database,
        tenant: str,
        policy: Policy,
        automatic: Sequence[dict[str, Any]] = (),
    ) -> None:
        self.client = client
        self.database = database
        self.tenant = tenant
        self.automatic = list(automatic)
        self._policy = policy

    def token(self, scopes: str, customer: str = "", legal_entity: str = "", tenant: str = "") -> str:
        return f"Bearer {tenant or self.tenant}:{scopes}:{customer}:{legal_entity}"

    async def __call__(
        self,
        method: str,
        path: str = "",
        json: Any = None,
        *,
        scopes: str = "RM",
        customer: str = "",
        legal_entity: str = "",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        """`path` goes below the tenant's segments, exactly as it is written."""
        token = self.token(scopes, customer, legal_entity)
        return await self.client.request(
            method,
            f"/customer-segment/{self.tenant}/segments{path}",
            json=json,
            content=content,
            headers={"Authorization": token, **(headers or {})},
        )

    async def json(self, method: str, path: str = "", body: Any = None, **options: Any) -> Any:
        """The answer's body, of a request that has to succeed."""
        response = await self(method, path, body, **options)
        assert response.is_success, response.text
        return response.json()

    async def segment(self, segment_id: str, **members: Any) -> None:
        """A segment with this id, active unless said otherwise."""
        document = {"name": {"en": segment_id}, "siteCode": "main", "status": "ACTIVE", **members}
        response = await self("PUT", f"/{segment_id}", document)
        assert response.status_code in {201, 204}, response.text

    async def assign(self, path: str, body: Any = None) -> None:
        """An assignment at this path."""
        response = await self("PUT", path, body)
        assert response.status_code in {201, 204}, response.text

    async def known(self, **references: Sequence[dict[str, Any]]) -> None:
        """Reference data: customers, legal_entities, groups, categories, products."""
        caller = Caller(self.tenant, frozenset({Scope.MANAGE}))

        async def work(transaction: Transaction) -> None:
            writer = Writer(caller, self._policy, transaction, datetime.now(UTC))
            for noun, documents in references.items():
                commands = [upsert_reference(NOUNS[noun], one, self._policy) for one in documents]
                await write_references(writer, NOUNS[noun], commands)

        await self.database.write(work)


def validation(field: str | None, message: str, of: str = "body") -> dict[str, Any]:
    """The body of a 400 about one member or parameter."""
    where = {} if field is None else {"field": field}
    return {
        "code": 400,
        "status": "Bad Request",
        "message": f"Validation problem with request {of}.",
        "details": {**where, "type": "validation", "message": message},
    }


def without_times(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without the instants of its metadata."""
    metadata = {name: value for name, value in document["metadata"].items() if not name.endswith("At")}
    return {**document, "metadata": metadata}


def ids(documents: Sequence[Mapping[str, Any]]) -> list[str]:
    """Of segments their ids, of items and customers the other side's."""
    return [one.get("id") or one.get("item", one.get("customer", {}))["id"] for one in documents]
