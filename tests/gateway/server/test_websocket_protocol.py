"""Frames that the server writes by itself are those of the library."""

import pytest
from websockets.frames import Frame, Opcode

from gateway.server.websocket_protocol import frame_head


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 100_000])
def test_the_head_of_a_frame_is_the_librarys(size: int) -> None:
    text = b"x" * size
    assert frame_head(size) + text == Frame(Opcode.TEXT, text).serialize(mask=False)
