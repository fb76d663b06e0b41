"""The event loop waits shortly for its turn."""

import sys

import pytest

from gateway.server.threads import SWITCH_INTERVAL, configure_threads


def test_threads_take_turns_often() -> None:
    before = sys.getswitchinterval()
    try:
        sys.setswitchinterval(10 * SWITCH_INTERVAL)
        configure_threads()
        assert sys.getswitchinterval() == pytest.approx(SWITCH_INTERVAL)
    finally:
        sys.setswitchinterval(before)
