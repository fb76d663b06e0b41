"""Ends connections to clients that are cut off from the network."""

import asyncio
import socket
from math import ceil


def bound_silence(transport: asyncio.BaseTransport, seconds: float) -> None:
    """Let the kernel end a connection without acknowledgements.

    It does so after `seconds`, where the system has the option. A client that is cut off from the network
    sends no end. The kernel takes what is written to it for a quarter of an hour, which a stream of few bytes
    does not notice.
    """
    client = transport.get_extra_info("socket")
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is not None and client is not None and client.family in {socket.AF_INET, socket.AF_INET6}:
        client.setsockopt(socket.IPPROTO_TCP, option, ceil(seconds * 1_000))
