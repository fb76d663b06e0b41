from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx
import pytest

from gateway.identity.tokens import issue_token
from resolvers.caller import Scope
from tests.gateway.serving import http_client
from tests.survival.postgres import OwnPostgres, own_postgres
from tests.survival.server import PATIENCE, SECRET
from tests.survival.standby import Standby, standby_of

Connect = Callable[[str], AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture(scope="module")
def postgres() -> Iterator[OwnPostgres]:
    with own_postgres() as postgres:
        yield postgres


@pytest.fixture(scope="module")
def standby(postgres: OwnPostgres) -> Iterator[Standby]:
    """A hot standby of `postgres`."""
    with standby_of(postgres) as standby:
        yield standby


@pytest.fixture
def connect(tenant: str) -> Connect:
    """A client of a running gateway, with a token of the tenant."""

    def connect(url: str) -> AbstractAsyncContextManager[httpx.AsyncClient]:
        token = issue_token(SECRET, tenant, [Scope.READ, Scope.MANAGE])
        headers = {"Authorization": f"Bearer {token}"}
        return http_client(url, headers=headers, timeout=PATIENCE)

    return connect


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of either kind for a gateway; a file of SQLite does not exist yet."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'segments.db'}"
    postgres_url: str = request.getfixturevalue("postgres_url")
    return postgres_url
