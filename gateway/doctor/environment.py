"""Checks of the environment variables."""

import os
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from gateway.doctor.finding import Finding, fault, ok, warning
from gateway.settings.settings import NO_KEY, Settings
from gateway.settings.source import PREFIX, InvalidSettings, read_settings
from gateway.settings.values import GOOD_SECRET, is_short

SETTINGS: Final = "settings"
KEYS: Final = "keys"


def settings_or_faults() -> tuple[Settings | None, list[Finding]]:
    """Read the settings of this process, with findings.

    The settings are None, with a fault for each wrong variable, if one is wrong. An unknown variable is a
    warning.
    """
    environment = os.environ
    warnings = list(_unknown_variables(environment))
    try:
        settings = read_settings(Settings)
    except InvalidSettings as failure:
        remedy = "correct the variable; docs/settings.md explains each"
        return None, [*(fault(SETTINGS, line, remedy) for line in str(failure).splitlines()), *warnings]
    names = sorted(name for name in _variables() if environment.get(name))
    text = f"{len(names)} set: {', '.join(names)}" if names else "none set, so all have their defaults"
    return settings, [ok(SETTINGS, text), *warnings]


def check_keys(settings: Settings) -> Iterator[Finding]:
    """Yield findings on keys, and on features without a key."""
    if settings.token_secret is None and settings.jwks_url is None:
        yield fault(KEYS, "no key verifies tokens", NO_KEY.partition(": ")[2])
    elif settings.token_secret is not None:
        yield ok(KEYS, "SEGMENTS_TOKEN_SECRET signs and verifies tokens")
    if not settings.policy.cursor_secret:
        remedy = "set SEGMENTS_CURSOR_SECRET, the same for all processes"
        yield warning(KEYS, "the change feed is off: no key seals its cursors", remedy)
    if not settings.webhook_keys:
        yield ok(KEYS, "webhooks are off, as SEGMENTS_WEBHOOK_KEY is not set")
    for client in settings.oauth_clients:
        if is_short(client.client_secret):
            text = f"the secret of the OAuth client {client.client_id} is short"
            yield warning(KEYS, text, f"use {GOOD_SECRET}")


def _unknown_variables(environment: Mapping[str, str]) -> Iterator[Finding]:
    variables = _variables()
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in variables:
            yield warning(SETTINGS, f"{name} is no setting, and has no effect", _suggestion(name, variables))


def _suggestion(name: str, variables: Iterable[str]) -> str:
    members = [variable.removeprefix(PREFIX) for variable in variables]
    similar = get_close_matches(name.removeprefix(PREFIX), members, n=1, cutoff=0.7)
    if similar:
        return f"did you mean {PREFIX}{similar[0]}?"
    return "remove it; docs/settings.md lists all settings"


def _variables() -> frozenset[str]:
    return frozenset(f"{PREFIX}{member.upper()}" for member in Settings.model_fields)
