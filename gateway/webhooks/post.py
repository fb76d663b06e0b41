"""One request to a webhook on a public address.

It cannot reach internal hosts: see `GuardedBackend`.
"""

import asyncio
import ssl
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import certifi
import httpcore

from gateway.webhooks.addresses import Address, Resolve, is_public, resolved
from resolvers.webhook.target import Target

LARGEST_ANSWER: Final = 4_096
"""Bytes of a response's body that are read."""
MOST_ADDRESSES: Final = 3
LONGEST_PAUSE: Final = 86_400.0
USER_AGENT: Final = "segment-gateway"


class PostFailed(Exception):
    """A request without a response.

    The message gives the reason, for the owner of the webhook.
    """


class NotPublic(PostFailed):
    """The host has an address outside the public Internet."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The receiver's response.

    `pause` are the seconds of its Retry-After.
    """

    status: int
    pause: float | None = None


class Poster:
    """Sends requests, each on a new connection.

    It connects to public addresses only, unless `allows_private`.
    """

    def __init__(
        self,
        *,
        seconds: float,
        allows_private: bool,
        resolve: Resolve = resolved,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.seconds = seconds
        self.allows_private = allows_private
        self._resolve = resolve
        self._tls = tls or ssl.create_default_context(cafile=certifi.where())

    async def post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send a body and read the beginning of the response.

        Raises PostFailed.
        """
        try:
            async with asyncio.timeout(self.seconds):
                return await self._post(target, headers, body)
        except TimeoutError:
            raise PostFailed(f"There was no response within {self.seconds:g} seconds.") from None
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
            raise PostFailed(_reason(error)) from error

    async def _post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Answer:
        url = httpcore.URL(
            scheme=target.scheme.encode(),
            host=target.host.encode(),
            port=target.port,
            target=target.path.encode(),
        )
        own_headers = {
            "Host": target.authority,
            "User-Agent": USER_AGENT,
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        request = httpcore.Request(
            "POST", url, headers=list({**headers, **own_headers}.items()), content=body
        )
        backend = GuardedBackend(
            self._resolve, self.seconds / MOST_ADDRESSES, allows_private=self.allows_private
        )
        connection = httpcore.AsyncHTTPConnection(url.origin, ssl_context=self._tls, network_backend=backend)
        try:
            response = await connection.handle_async_request(request)
            await _read(response)
            return Answer(response.status, _pause(response.headers))
        finally:
            await backend.close()


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a name once, and connects to checked addresses.

    It never connects to a name. One address that is not public refuses the host: a name server could give
    another order next time.
    """

    def __init__(self, resolve: Resolve, seconds: float, *, allows_private: bool) -> None:
        self._resolve = resolve
        self._seconds = seconds
        self._allows_private = allows_private
        self._plain = httpcore.AnyIOBackend()
        self._opened: list[httpcore.AsyncNetworkStream] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109  (httpcore's signature)
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        for address in await self._checked(host, port):
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                stream = await self._plain.connect_tcp(
                    str(address), port, self._seconds, local_address, socket_options
                )
                self._opened.append(stream)
                return stream
        raise PostFailed("The connection failed.")

    async def close(self) -> None:
        """Close all opened streams, in any state."""
        for stream in self._opened:
            await stream.aclose()

    async def _checked(self, host: str, port: int) -> Sequence[Address]:
        try:
            addresses = await self._resolve(host, port)
        except OSError:
            addresses = ()
        if not addresses:
            raise PostFailed("The host has no address.")
        if not self._allows_private and not all(map(is_public, addresses)):
            raise NotPublic("The host has an address that is not public.")
        return list(dict.fromkeys(addresses))[:MOST_ADDRESSES]


async def _read(response: httpcore.Response) -> None:
    """Read the beginning of the response's body.

    A receiver that writes before it has finished is not disturbed.
    """
    size = 0
    async for chunk in response.aiter_stream():
        size += len(chunk)
        if size >= LARGEST_ANSWER:
            return


def _pause(headers: Sequence[tuple[bytes, bytes]]) -> float | None:
    """The seconds of Retry-After, at most a day.

    The header has a number or a date.
    """
    for name, value in headers:
        if name.lower() == b"retry-after":
            seconds = _seconds(value.decode("latin-1").strip())
            return None if seconds is None else min(max(0.0, seconds), LONGEST_PAUSE)
    return None


def _seconds(text: str) -> float | None:
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return (at - datetime.now(UTC)).total_seconds()


def _reason(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return f"TLS failed: {getattr(cause, 'verify_message', cause.reason)}."
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpcore.ConnectError | httpcore.ConnectTimeout | OSError):
        return "The connection failed."
    return "The response was no HTTP, or the connection broke."
