"""A client in the way of the public SDKs: what they send beside the point, and how they take tokens."""

import json
from collections.abc import Mapping
from typing import Any

import httpx


class Sdk:
    """Takes a token with the first request, and never percent-encodes an id."""

    def __init__(self, client: httpx.AsyncClient, tenant: str, client_id: str, client_secret: str) -> None:
        self._client = client
        self._tenant = tenant
        self._credentials = {"client_id": client_id, "client_secret": client_secret}
        self._token: str | None = None

    async def request(
        self, method: str, path: str, body: Any = None, params: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Answers of any status; a dropped connection is tried once more, whatever the method."""
        if self._token is None:
            self._token = await self._taken_token()
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Accept-Language": "*",
            "Emporix-Tenant": self._tenant,
        }
        url = f"/customer-segment/{self._tenant}/segments{path}"
        content = None if body is None else json.dumps(body)
        try:
            return await self._client.request(method, url, content=content, headers=headers, params=params)
        except httpx.TransportError:
            return await self._client.request(method, url, content=content, headers=headers, params=params)

    async def _taken_token(self) -> str:
        form = {"grant_type": "client_credentials", **self._credentials}
        response = await self._client.post("/oauth/token", data=form)
        response.raise_for_status()
        token: str = response.json()["access_token"]
        return token
