"""Where things are: the databases, the folder for what a run leaves behind, the peers."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import make_url

HERE: Final = Path(__file__).parent
PEERS: Final = HERE / "peers"
ROOT: Final = HERE.parent
WORK: Final = ROOT / ".benchmarks"
"""Not committed: the SQLite file, logs, load scripts."""
RESULTS: Final = HERE / "results"
SQLITE_FILE: Final = WORK / "segments.db"

DatabaseKind = Literal["postgresql", "sqlite"]


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server to make the benchmark's database on."""

    server: str
    database: str = "segments_benchmark"

    @property
    def url(self) -> str:
        """The benchmark's database, as libpq and its relatives write it."""
        return make_url(self.server).set(database=self.database).render_as_string(hide_password=False)


POSTGRES: Final = Postgres(
    os.environ.get("BENCHMARK_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
)


def gateway_url(kind: DatabaseKind, postgres: Postgres = POSTGRES) -> str:
    """A database as the gateway's settings name it."""
    if kind == "sqlite":
        return f"sqlite+aiosqlite:///{SQLITE_FILE}"
    return make_url(postgres.url).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
