"""The finding of a check."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """The severity of a finding."""

    OK = "ok"
    WARNING = "warning"
    """The gateway works, with less than it could do."""
    FAULT = "fault"
    """The gateway does not start, or requests fail."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence on one subject, with a remedy.

    `remedy` is empty where nothing has to be done.
    """

    subject: str
    state: State
    text: str
    remedy: str = ""


def ok(subject: str, text: str) -> Finding:
    """A finding without a problem."""
    return Finding(subject, State.OK, text)


def warning(subject: str, text: str, remedy: str) -> Finding:
    """A finding on a gateway with reduced function."""
    return Finding(subject, State.WARNING, text, remedy)


def fault(subject: str, text: str, remedy: str) -> Finding:
    """A finding on a gateway that fails to start or answer."""
    return Finding(subject, State.FAULT, text, remedy)
