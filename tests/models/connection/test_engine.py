"""What connections to SQLite are given when they are opened."""

from pathlib import Path

import pytest

from models.connection.engine import SQLITE_CACHE, EngineOptions, create_engine


@pytest.mark.parametrize("pool_size", [1, 3, 10])
@pytest.mark.parametrize("pooled", [True, False])
async def test_all_connections_to_sqlite_keep_so_many_bytes_of_pages(
    tmp_path: Path, pool_size: int, *, pooled: bool
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'pages.db'}"
    engine = create_engine(url, EngineOptions(pool_size=pool_size), pooled=pooled)
    async with engine.connect() as connection:
        kept = (await connection.exec_driver_sql("PRAGMA cache_size")).scalar_one()
    await engine.dispose()
    assert kept == -(SQLITE_CACHE // pool_size // 1024)  # kibibytes
