"""Debian's PgBouncer in transaction pooling, between the gateway and a PostgreSQL."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from tests.survival.postgres import OwnPostgres

ABSENT = "pgbouncer is not on the PATH nor in /usr/sbin: Debian's package of this name has it"
PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")


@contextmanager
def pgbouncer_to(postgres: OwnPostgres) -> Iterator[str]:
    """The URL of a PgBouncer, which is stopped when the block ends."""
    assert PROGRAM is not None
    url = make_url(postgres.url)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with TemporaryDirectory(prefix="segments-pgbouncer-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # it refuses to run as root, so it may be another user
        configuration = folder / "pgbouncer.ini"
        configuration.write_text(
            f"[databases]\n{url.database} = host={url.query['host']} port={url.port or 5432} user=postgres\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            "auth_type = any\npool_mode = transaction\ndefault_pool_size = 50\nlogfile =\npidfile =\n"
            "server_connect_timeout = 2\nserver_login_retry = 1\n"  # by default it waits for 15 s, each
        )
        with subprocess.Popen(  # noqa: S603
            [PROGRAM, "--quiet", configuration], user=postgres.system_user, stderr=subprocess.DEVNULL
        ) as process:
            try:
                _wait_for(port)
                yield url.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)
            finally:
                process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("PgBouncer did not start")
