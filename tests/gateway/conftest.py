from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.settings.settings import Settings
from models.connection.database import Database
from tests.gateway.programs import Programs
from tests.gateway.serving import client_of


@pytest.fixture(scope="session")
def programs() -> Iterator[Programs]:
    programs = Programs()
    yield programs
    programs.close()


@pytest.fixture(scope="session")
def secret() -> str:
    return "a secret that only the tests know"


@pytest.fixture(scope="session")
def settings(database: Database, secret: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings for the migrated database under test."""
    url = database.engine.url.render_as_string(hide_password=False)
    home = tmp_path_factory.mktemp("home")
    return Settings(home=home, database_url=url, token_secret=SecretStr(secret))


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the gateway."""
    async with client_of(create_app(settings)) as client:
        yield client
