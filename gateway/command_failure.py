"""The base class of failures of a command."""

from typing import ClassVar


class CommandFailure(Exception):
    """A failure of a command, shown without a traceback.

    The message is one line for the operator, who can correct the cause.
    """

    exit_status: ClassVar = 1
