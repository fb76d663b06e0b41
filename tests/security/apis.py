"""Requests to both APIs with one token."""

from collections.abc import Mapping
from typing import Any

import httpx


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def through_both(
    client: httpx.AsyncClient, tenant: str, headers: Mapping[str, str]
) -> list[httpx.Response]:
    """The answers to the plainest question there is, over GraphQL and over REST."""
    query = {"query": "{ segments(first: 1) { nodes { id } } }"}
    return [
        await client.post("/graphql", json=query, headers=headers),
        await client.get(f"/customer-segment/{tenant}/segments?pageSize=1", headers=headers),
    ]


async def asked(
    client: httpx.AsyncClient, token: str, query: str, variables: Mapping[str, Any] | None = None
) -> Any:
    """The whole body of a GraphQL answer."""
    body = {"query": query, "variables": variables}
    return (await client.post("/graphql", json=body, headers=bearer(token))).json()
