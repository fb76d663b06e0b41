import asyncio
import socket
from typing import Any

import pytest

from gateway.server.silence import bound_silence


class Connected(asyncio.Transport):
    """A transport whose socket may have another family."""

    def __init__(self, family: int) -> None:
        super().__init__()
        self.family = family
        self.options: list[tuple[int, int, int]] = []

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self if name == "socket" else default

    def setsockopt(self, level: int, option: int, value: int) -> None:
        self.options.append((level, option, value))


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_the_kernel_has_milliseconds(family: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "TCP_USER_TIMEOUT", 18, raising=False)
    transport = Connected(family)
    bound_silence(transport, 0.0301)
    assert transport.options == [(socket.IPPROTO_TCP, 18, 31)]


def test_other_sockets_have_no_such_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "TCP_USER_TIMEOUT", 18, raising=False)
    transport = Connected(socket.AF_UNIX)
    bound_silence(transport, 60)
    assert transport.options == []


def test_other_systems_have_no_such_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "TCP_USER_TIMEOUT", raising=False)
    transport = Connected(socket.AF_INET)
    bound_silence(transport, 60)
    assert transport.options == []
