"""The switch interval of threads: one runs Python at a time."""

import sys
from typing import Final

SWITCH_INTERVAL: Final = 0.0005
"""Seconds for which a thread may run before others, instead of Python's 0.005.

The event loop gives up its turn with each system call: to receive, to send, to log. While another thread
reads a large input, the loop waited for 5 ms after each call, several times in each request.
"""


def configure_threads() -> None:
    """Set a short switch interval for the event loop."""
    sys.setswitchinterval(SWITCH_INTERVAL)
