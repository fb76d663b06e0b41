from pathlib import Path

import pytest
from pydantic import SecretStr

from gateway.settings.settings import Settings


@pytest.fixture
def settings(sqlite_url: str, secret: str, tmp_path: Path) -> Settings:
    """On SQLite alone: what the protocol says has nothing to do with the database."""
    return Settings(home=tmp_path, database_url=sqlite_url, token_secret=SecretStr(secret))
