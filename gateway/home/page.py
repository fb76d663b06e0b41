"""The root page: HTML for browsers, JSON for other clients."""

from functools import cache
from importlib.metadata import version
from pathlib import Path
from string import Template
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from gateway.commands.demo import DEMO_TENANT
from gateway.graphiql.headers import PLAIN_PAGE_HEADERS
from gateway.home.shop import counts_of_shop
from gateway.http.apis import GRAPHQL_PATH
from gateway.http.browsers import asks_for_page
from gateway.settings.settings import Settings
from rest_compat.routing import MOUNTED_AT
from rest_compat.wire.request_state import database_of
from rest_compat.wire.responses import json_response
from schema.root import schema

PAGE: Final = Template((Path(__file__).parent / "home.html").read_text())
SCHEMA_PATH: Final = f"{GRAPHQL_PATH}/schema.graphql"
SCHEMA_ITEM: Final = (
    f'        <li><a href="{SCHEMA_PATH[1:]}">GraphQL schema</a>'
    "<p>As text, to generate the types of a client from.</p></li>"
)


class Home:
    """A list of the gateway's addresses, without a token."""

    def __init__(self, settings: Settings) -> None:
        self._version = version("segment-gateway")  # which is read from a file each time
        self._is_demo = settings.demo
        self._shows_schema = settings.introspection

    async def answer(self, request: Request) -> Response:
        """Respond with HTML if the client prefers it, else JSON."""
        if not asks_for_page(request):
            return json_response(self._addresses(), headers={"Vary": "Accept"})
        text = PAGE.substitute(
            version=self._version,
            shop=await self._shop(request) if self._is_demo else "",
            schema=SCHEMA_ITEM if self._shows_schema else "",
        )
        return HTMLResponse(text, headers=PLAIN_PAGE_HEADERS)

    def _addresses(self) -> dict[str, str]:
        return {
            "name": "segment-gateway",
            "version": self._version,
            "graphql": GRAPHQL_PATH,
            **({"schema": SCHEMA_PATH} if self._shows_schema else {}),
            "rest": f"{MOUNTED_AT}/{{tenant}}",
            "explorer": f"{MOUNTED_AT}/",
            "openapi": f"{MOUNTED_AT}/openapi.json",
            "health": "/healthz",
            "readiness": "/readyz",
        }

    async def _shop(self, request: Request) -> str:
        """A sentence with the counts of the demo shop.

        It needs no escaping: the names are constants of the demo.
        """
        counts = await counts_of_shop(database_of(request.scope), DEMO_TENANT)
        totals = ", ".join(f"{number:,} {name}" for name, number in counts.items())
        return f"      <p>This is the demo: tenant <code>{DEMO_TENANT}</code> has {totals}.</p>"


def schema_text(_request: Request) -> Response:
    """The GraphQL schema as SDL.

    Starlette runs this in a thread: printing it takes 25 ms.
    """
    return PlainTextResponse(_schema_text())


@cache
def _schema_text() -> str:
    return f"{schema.as_str()}\n"
