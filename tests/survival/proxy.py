"""A network between the gateway and its database that forgets connections without closing them."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from sqlalchemy import make_url

from tests.factories.accepting import stop_accepting

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Proxy:
    """Passes bytes on. A frozen connection stays open and passes nothing, as after a lost route.

    It runs in a thread of its own, so that it passes on while a test waits.
    """

    def __init__(self, target: str, *, is_pgbouncer: bool) -> None:
        self.is_pgbouncer = is_pgbouncer
        self.url = ""
        """The database's URL, through the proxy."""
        self._target = make_url(target)
        self._connections: list[asyncio.Task[None]] = []
        self._writers: list[asyncio.StreamWriter] = []
        self._gates: list[asyncio.Event] = []
        self._passes_new = True

    @property
    def connections(self) -> int:
        """How many were made so far."""
        return len(self._gates)

    def freeze(self, *, new: bool = False) -> None:
        """Freeze the connections that are open, and on request those to come."""

        def freeze() -> None:
            self._passes_new = not new
            for gate in self._gates:
                gate.clear()

        self._loop.call_soon_threadsafe(freeze)

    def heal(self) -> None:
        """Pass everything on again, what was held up included."""

        def heal() -> None:
            self._passes_new = True
            for gate in self._gates:
                gate.set()

        self._loop.call_soon_threadsafe(heal)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Listen on a free port; `url` then leads through the proxy."""
        listening = threading.Event()
        thread = threading.Thread(target=lambda: asyncio.run(self._listen(listening)))
        thread.start()
        listening.wait()
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(self._stopped.set)
            thread.join()

    async def _listen(self, listening: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        async with await asyncio.start_server(self._connected, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            through = self._target.set(host="127.0.0.1", port=port, query={})
            self.url = through.render_as_string(hide_password=False)
            listening.set()
            await self._stopped.wait()
            await stop_accepting(server)
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()  # closing waits for what a frozen peer does not read
        await asyncio.sleep(0.01)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        if self._stopped.is_set():
            return
        gate = asyncio.Event()
        if self._passes_new:
            gate.set()
        self._gates.append(gate)
        self._connections.append(asyncio.create_task(self._join(reader, writer, gate)))

    async def _join(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gate: asyncio.Event
    ) -> None:
        with closing(writer), suppress(OSError):
            await gate.wait()
            server_reader, server_writer = await self._to_server()
            self._writers.append(server_writer)
            with closing(server_writer):
                await asyncio.gather(
                    _pass_on(reader, server_writer, gate), _pass_on(server_reader, writer, gate)
                )

    async def _to_server(self) -> Stream:
        folder, port = self._target.query.get("host"), self._target.port or 5432
        if folder:
            return await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{port}")
        return await asyncio.open_connection(self._target.host, port)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gate: asyncio.Event) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            await gate.wait()
            writer.write(data)
            await writer.drain()
        await gate.wait()
    writer.close()


@contextmanager
def proxy_to(url: str, *, is_pgbouncer: bool) -> Iterator[Proxy]:
    """A proxy to the database server of a URL."""
    proxy = Proxy(url, is_pgbouncer=is_pgbouncer)
    with proxy.running():
        yield proxy
