"""Checks of the identity provider: its keys and its clock."""

import time
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from gateway.doctor.clock import clock_finding
from gateway.doctor.finding import Finding, fault, ok
from gateway.identity.jwks import failure_reason, fetch_key_set, usable_keys, without_secrets
from gateway.settings.settings import Settings

PROVIDER: Final = "identity provider"
PRECISION: Final = 1.0
"""The resolution of a `Date` header, in seconds."""


async def check_identity_provider(settings: Settings) -> AsyncIterator[Finding]:
    """Yield the findings on SEGMENTS_JWKS_URL; none without it."""
    if settings.jwks_url is None:
        return
    address = without_secrets(settings.jwks_url)
    try:
        published = await fetch_key_set(settings.jwks_url)
    except (httpx.HTTPError, ValueError) as failure:
        text = f"the keys at {address} cannot be fetched: {failure_reason(failure)}"
        remedy = "check SEGMENTS_JWKS_URL, and that this machine reaches it"
        yield fault(PROVIDER, text, remedy)
        return
    if usable_keys(published.keys):
        yield ok(PROVIDER, f"has usable keys at {address}")
    else:
        remedy = "publish an RSA, EC or Ed25519 key for signatures"
        yield fault(PROVIDER, f"none of the {len(published.keys)} keys at {address} verifies tokens", remedy)
    try:
        date = parsedate_to_datetime(published.date or "").timestamp()
    except ValueError:
        return
    yield clock_finding(time.time(), date, "the identity provider", settings.token_leeway + PRECISION)
