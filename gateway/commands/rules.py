"""The command `rules`: show a tenant's rules, and check their members."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Any, Final

import orjson
import typer

from gateway.commands.operator import operator_reader
from gateway.commands.running import run
from gateway.server.startup import open_database, prepare_database
from gateway.settings.settings import Settings, load_settings
from models.tables.columns import instant_text
from resolvers.rules.check import Differences, differences
from resolvers.rules.listing import RuleSummary, rule_summaries

COLUMNS: Final = ("segment", "state", "progress", "automatic", "by hand", "excluded", "evaluated to", "rule")
LONGEST_RULE: Final = 80
MOST_SHOWN: Final = 20
"""Differences of one rule in the table; `--json` has all."""


def rules(tenant: str, *, check: bool, as_json: bool) -> None:
    """Print the rules of a tenant.

    Raises typer.Exit where `check` finds that members differ from a rebuild.
    """
    settings = load_settings()
    asyncio.run(prepare_database(settings, migrates=False))
    rows = run(_rules(settings, tenant, check=check))
    if as_json:
        for summary, difference in rows:
            document = _document(summary) | (_difference_document(difference) if check else {})
            sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))
        sys.stdout.flush()
    else:
        typer.echo("\n".join(_table([summary for summary, _ in rows])))
        for summary, difference in rows:
            for line in _difference_lines(summary, difference):
                typer.echo(line)
        if check and not any(difference for _, difference in rows):
            typer.echo("Members are those of a rebuild.")
    if any(difference for _, difference in rows):
        raise typer.Exit(1)


async def _rules(settings: Settings, tenant: str, *, check: bool) -> list[tuple[RuleSummary, Differences]]:
    database = open_database(settings)
    try:
        async with database.read() as snapshot:
            reader = operator_reader(tenant, settings.policy, snapshot)
            summaries = await rule_summaries(reader)
            differences_by_segment = (
                await differences(reader, [summary.shown for summary in summaries]) if check else {}
            )
            return [
                (summary, differences_by_segment.get(summary.shown.rule.segment_id, Differences()))
                for summary in summaries
            ]
    finally:
        await database.close()


def _table(summaries: Sequence[RuleSummary]) -> list[str]:
    if not summaries:
        return ["There are no rules."]
    rows = [COLUMNS, *map(_row, summaries)]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _row(summary: RuleSummary) -> tuple[str, ...]:
    rule = summary.shown.rule
    counts = (summary.automatic, summary.by_hand, summary.excluded)
    return (
        rule.segment_id,
        str(rule.state),
        f"{summary.progress:.0%}",
        *(f"{count:,}" for count in counts),
        instant_text(summary.shown.evaluated_to),
        _condition(summary),
    )


def _condition(summary: RuleSummary) -> str:
    """The condition on one line, with control characters escaped."""
    content, error = summary.shown.rule.content, summary.shown.rule.error
    if error:
        return _printable(f"cannot be read: {error}")
    text = (
        content.q
        if content.q is not None
        else orjson.dumps(content.where, option=orjson.OPT_SORT_KEYS).decode()
    )
    return _printable(text)


def _printable(text: str) -> str:
    visible = text if len(text) <= LONGEST_RULE else f"{text[:LONGEST_RULE]}…"
    return "".join(
        character if character.isprintable() else f"\\u{ord(character):04x}" for character in visible
    )


def _difference_lines(summary: RuleSummary, difference: Differences) -> list[str]:
    lines: list[str] = []
    for keys, words in ((difference.missing, "should be a member"), (difference.wrong, "should be none")):
        lines += [f"{summary.shown.rule.segment_id}: {_whom(key)} {words}" for key in keys[:MOST_SHOWN]]
        if len(keys) > MOST_SHOWN:
            lines.append(f"{summary.shown.rule.segment_id}: {len(keys) - MOST_SHOWN:,} more {words}")
    return lines


def _whom(key: tuple[str, str]) -> str:
    customer_id, legal_entity_id = key
    return f"{customer_id} for {legal_entity_id}" if legal_entity_id else customer_id


def _document(summary: RuleSummary) -> dict[str, Any]:
    rule = summary.shown.rule
    content = {"where": rule.content.where} if rule.content.q is None else {"q": rule.content.q}
    return {
        "segmentId": rule.segment_id,
        "state": str(rule.state),
        **({"error": rule.error} if rule.error else {}),
        "progress": summary.progress,
        "automatic": summary.automatic,
        "byHand": summary.by_hand,
        "excluded": summary.excluded,
        "evaluatedTo": instant_text(summary.shown.evaluated_to),
        **content,
        "subject": str(rule.subject),
        "timeZone": rule.content.time_zone,
    }


def _difference_document(difference: Differences) -> dict[str, Any]:
    def keys(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
        return [
            {"customerId": customer_id, **({"legalEntityId": legal_entity_id} if legal_entity_id else {})}
            for customer_id, legal_entity_id in pairs
        ]

    return {"missing": keys(difference.missing), "wrong": keys(difference.wrong)}
