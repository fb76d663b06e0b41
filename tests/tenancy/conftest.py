"""The gateway as a whole: what a client observes is what counts."""

from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.app import create_app
from gateway.settings.settings import Settings
from tests.gateway.conftest import secret, settings
from tests.gateway.serving import client_of
from tests.schema.engine.plan.conftest import random_shops

__all__ = ["random_shops", "secret", "settings"]


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a gateway that has all fields, those for routers of a federation among them."""
    async with client_of(create_app(settings.model_copy(update={"federation": True}))) as client:
        yield client
