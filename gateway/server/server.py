"""The HTTP server: uvicorn with uvloop, in one or more processes.

It parses with httptools.
"""

import os
import socket
from collections.abc import Callable
from functools import partial

import structlog

from gateway.command_failure import CommandFailure
from gateway.observability.metrics.shared import shared_by_workers
from gateway.server.connection_limits import HEAD_TIME
from gateway.server.forwarded import ServerConfig
from gateway.server.garbage import importing
from gateway.server.http_protocol import HttpProtocol
from gateway.server.websocket_protocol import WebSocketProtocol
from gateway.server.workers import Server, Workers
from resolvers.watch import Watch

GRACE = 10
"""Seconds that running requests have to end after SIGTERM."""
IDLE = 75
"""Seconds that a connection without a request is kept, or HEAD_TIME more: longer than clients and proxies
keep theirs. At uvicorn's 5 seconds, which are also those of some clients, a request may meet one that just
closed."""
STARTING = 60
"""Seconds after which a worker that does not answer its supervisor is replaced. It cannot answer while it
imports, and on a busy machine that takes longer than uvicorn's 5 seconds: it would be killed for ever."""
WEBSOCKET_PING = 30.0
"""Seconds between two pings of a socket. One takes as long as ten messages, and proxies wait for a minute."""

log = structlog.get_logger(__name__)


class CannotListen(CommandFailure):
    """The address is taken, or not of this machine."""


def run_server(
    host: str,
    port: int,
    workers: int,
    on_listening: Callable[[str], None] | None = None,
    *,
    send_timeout: float,
    largest_message: int,
) -> bool:
    """Serve until a signal arrives.

    Return whether serving ever began. Raises CannotListen. `on_listening` is told the URL before the first
    request is answered.

    Each process makes the application from the environment, so what was decided on the command
    line has to be there.
    """
    watch = Watch(min(HEAD_TIME, send_timeout))
    config = ServerConfig(
        "gateway.app:app_from_environment",
        factory=True,
        workers=workers,
        http=partial(HttpProtocol, send_time=send_timeout, watch=watch),
        ws=partial(WebSocketProtocol, send_time=send_timeout, watch=watch),
        ws_max_size=largest_message,
        ws_ping_interval=WEBSOCKET_PING,
        ws_per_message_deflate=False,  # it takes 40 KB of memory for each socket
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=IDLE,
        timeout_worker_healthcheck=STARTING,
    )
    with _listen(host, port) as listener:
        log.info("listening", url=_url(listener), workers=workers)
        if on_listening is not None:
            on_listening(_url(listener))
        if workers > 1:
            with shared_by_workers(workers):
                Workers(config, sockets=[listener]).run()
            return True
        with importing():
            config.load()
        server = Server(config)
        server.run(sockets=[listener])
        return server.started


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise CannotListen(f"cannot listen on {host} port {port}: {reason}") from None
    listener.set_inheritable(True)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
