"""Reads settings from the environment and explains invalid ones."""

from typing import Any, Final, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsError

from gateway.command_failure import CommandFailure

PREFIX: Final = "SEGMENTS_"

NOT_TRIED: Final = "default_factory_not_called"
"""The error type of pydantic for a default made of other settings, one of which is wrong."""

SettingsT = TypeVar("SettingsT", bound=BaseSettings)


class InvalidSettings(CommandFailure):
    """The environment has invalid settings; one line for each."""


def read_settings(settings: type[SettingsT]) -> SettingsT:
    """Read the settings of this process's environment.

    Raises InvalidSettings, which names each variable and what is wrong with it, never its value.
    """
    try:
        return settings()
    except ValidationError as error:
        details = [detail for detail in error.errors() if detail["type"] != NOT_TRIED]
        raise InvalidSettings("\n".join(map(_problem, details))) from None
    except SettingsError as error:
        # Its message quotes the member, not the variable: error parsing value for field "oauth_clients"
        member = str(error).split('"')[1] if '"' in str(error) else ""
        raise InvalidSettings(f"{PREFIX}{member.upper()}: is not valid JSON") from None


def _problem(detail: Any) -> str:
    message = detail["msg"].removeprefix("Value error, ")
    if not detail["loc"]:
        return str(message)
    variable, *inside = detail["loc"]
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in inside)
    return f"{PREFIX}{str(variable).upper()}{place}: {message[:1].lower()}{message[1:]}"
