"""A client of the REST API alone: real authentication middleware, tokens that say who they are."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import TypeAlias

import httpx
import orjson
import pytest
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope

from gateway.http.bounds import Bounds
from gateway.http.routing import Router
from gateway.identity.authentication import Authentication, fault_refusal
from gateway.identity.claims import ExpiredToken, InvalidToken
from models.connection.database import Database
from resolvers.caller import Caller, Scope
from resolvers.changes.feed import Feeds
from resolvers.policy import Policy
from resolvers.streams import Streams
from rest_compat.app import create_rest_app
from rest_compat.openapi.document import openapi_document
from rest_compat.routing import MOUNTED_AT
from tests.rest_compat.conformance import Conformance, closed
from tests.rest_compat.contract import load_contract
from tests.rest_compat.rest import Rest
from tests.rest_compat.ruled import MEMBER_ROW, RulesOnNewSegments, member_document
from tests.rest_compat.slips import corrected, is_undocumented

Fill: TypeAlias = Callable[[Rest], Awaitable[None]]
"""Writes the rows of a tenant."""
Shared: TypeAlias = Callable[[Fill], Awaitable[Rest]]
"""Gives the client of a tenant that a function has filled, for tests that change nothing."""

SCOPES = {"R": Scope.READ, "O": Scope.READ_OWN, "M": Scope.MANAGE}


class TokensThatSpeak:
    """`tenant:RO:customer:legalEntity`, as `Rest.token` writes it."""

    async def verify(self, token: str) -> Caller:
        if token == "expired":
            raise ExpiredToken("the token has expired")
        match token.split(":"):
            case [tenant, letters, customer_id, legal_entity_id]:
                scopes = frozenset(SCOPES[letter] for letter in letters)
                return Caller(tenant, scopes, None, customer_id or None, legal_entity_id or None)
            case _:
                raise InvalidToken("unknown token")

    def knows(self, token: str) -> bool:  # noqa: ARG002  (the protocol's)
        return False


class WithState:
    """What the application's lifespan would put into the state."""

    def __init__(self, app: ASGIApp, *, state: Mapping[str, object]) -> None:
        self._app = app
        self._state = state

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        await self._app({**scope, "state": dict(self._state)}, receive, send)


@pytest.fixture(scope="session")
def described_by() -> list[Conformance]:
    """Our own document, closed; and the contract but for its slips, where it is there."""
    own = Conformance(closed(orjson.loads(orjson.dumps(openapi_document()))))
    contract = load_contract()
    return [own] if contract is None else [own, Conformance(corrected(contract), allowed=is_undocumented)]


@pytest.fixture
def policy() -> Policy:
    """Parametrize it to try other rules."""
    return Policy()


@pytest.fixture
def has_rules() -> bool:
    """Whether each segment has a rule, which assigns a customer. A module may have `both_kinds`."""
    return False


@pytest.fixture
def rest_app(database: Database, policy: Policy, *, has_rules: bool) -> ASGIApp:
    authenticate = partial(Authentication, verifier=TokensThatSpeak(), refusal=fault_refusal)
    streams = Streams(Feeds(database, policy))
    router = Router({}, prefix=MOUNTED_AT, below=create_rest_app(policy, authenticate))
    app = WithState(Bounds(router), state={"database": database, "streams": streams})
    return RulesOnNewSegments(app, database, policy) if has_rules else app


@pytest.fixture
async def rest_client(rest_app: ASGIApp, described_by: list[Conformance]) -> AsyncIterator[httpx.AsyncClient]:
    """A client that checks every answer against our own OpenAPI document, and against the contract."""
    transport = httpx.ASGITransport(rest_app)
    hooks = {"response": [document.check for document in described_by]}
    async with httpx.AsyncClient(transport=transport, base_url="http://shop", event_hooks=hooks) as client:
        yield client


@pytest.fixture
async def rest(
    rest_client: httpx.AsyncClient, database: Database, tenant: str, policy: Policy, *, has_rules: bool
) -> Rest:
    """The client of one tenant."""
    if not has_rules:
        return Rest(rest_client, database, tenant, policy)
    rest = Rest(rest_client, database, tenant, policy, [MEMBER_ROW])
    await rest.known(customers=[member_document()])
    return rest


@pytest.fixture(scope="module")
def filled_tenants(database: Database) -> dict[Fill, str]:  # noqa: ARG001  (they are in it)
    """The tenants that tests of a module share, by the function that has filled them."""
    return {}


@pytest.fixture
def shared(rest: Rest, policy: Policy, filled_tenants: dict[Fill, str]) -> Shared:
    """The first test fills a tenant, which all tests of the module read."""

    async def shared(fill: Fill) -> Rest:
        if fill not in filled_tenants:
            await fill(rest)
            filled_tenants[fill] = rest.tenant
        return Rest(rest.client, rest.database, filled_tenants[fill], policy)

    return shared
