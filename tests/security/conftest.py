"""The gateway as its clients meet it: the whole application, attacked through both APIs."""

from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.app import create_app
from gateway.settings.settings import Settings
from tests.gateway.conftest import secret, settings
from tests.gateway.serving import client_of

__all__ = ["secret", "settings"]


@pytest.fixture(scope="session")
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of one gateway that all attacks share, as clients of a real one do."""
    async with client_of(create_app(settings)) as client:
        yield client
