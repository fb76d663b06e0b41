"""The command `doctor`."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict

import orjson
import typer

from gateway.doctor.address import check_address
from gateway.doctor.database import check_database
from gateway.doctor.environment import check_keys, settings_or_faults
from gateway.doctor.finding import Finding, State
from gateway.doctor.identity_provider import check_identity_provider
from gateway.doctor.pages import check_pages, check_trusted_documents
from gateway.doctor.replica import check_replica


def doctor(url: str | None, *, as_json: bool) -> bool:
    """Print each finding as soon as it is known.

    Return whether none is a fault.
    """
    return asyncio.run(_print(url, as_json=as_json))


async def _print(url: str | None, *, as_json: bool) -> bool:
    has_faults = False
    async for finding in _findings(url):
        has_faults |= finding.state is State.FAULT
        typer.echo(orjson.dumps(asdict(finding)) if as_json else _line(finding))
    return not has_faults


async def _findings(url: str | None) -> AsyncIterator[Finding]:
    settings, findings = settings_or_faults()
    for finding in findings:
        yield finding
    for finding in check_pages():
        yield finding
    if settings is None:
        return
    for finding in (*check_keys(settings), *check_trusted_documents(settings)):
        yield finding
    async for finding in check_identity_provider(settings):
        yield finding
    async for finding in check_database(settings):
        yield finding
    async for finding in check_replica(settings):
        yield finding
    if url is not None:
        async for finding in check_address(url, settings):
            yield finding


def _line(finding: Finding) -> str:
    line = f"{finding.state:<7}  {finding.subject}: {finding.text}"
    return f"{line}\n         -> {finding.remedy}" if finding.remedy else line
