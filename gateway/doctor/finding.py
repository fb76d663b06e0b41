"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a finding concerns the operator."""

    OK = "ok"
    WARNING = "warning"
    """The gateway works, with less than it could do."""
    FAULT = "fault"
    """The gateway does not start, or requests fail."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence on one subject. `remedy` says what to do; it is empty where nothing has to be done."""

    subject: str
    state: State
    text: str
    remedy: str = ""


def ok(subject: str, text: str) -> Finding:
    """Everything is in order."""
    return Finding(subject, State.OK, text)


def warning(subject: str, text: str, remedy: str) -> Finding:
    """The gateway works, with less than it could do."""
    return Finding(subject, State.WARNING, text, remedy)


def fault(subject: str, text: str, remedy: str) -> Finding:
    """The gateway does not start, or requests fail."""
    return Finding(subject, State.FAULT, text, remedy)
