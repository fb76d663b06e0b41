"""Failures of a command that the operator can mend."""

from typing import ClassVar


class CommandFailure(Exception):
    """Ends a command with one line instead of a traceback; the message is that line."""

    exit_status: ClassVar = 1
