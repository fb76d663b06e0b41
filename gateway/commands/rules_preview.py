"""The command `rules preview`: what setting a rule would change, for people or as JSON."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import orjson
import typer

from gateway.command_failure import CommandFailure
from gateway.commands.operator import operator_reader
from gateway.commands.running import INTERRUPTED, run
from gateway.server.startup import open_database, prepare_database
from gateway.settings.settings import Settings, load_settings
from models.filter.moment import moment
from resolvers.errors import GatewayError
from resolvers.reading.page import Page, Window
from resolvers.rules.definition.content import RuleContent
from resolvers.rules.definition.document import rule_content
from resolvers.rules.preview.forecast import ForecastDay
from resolvers.rules.preview.preview import Move, MovePage, Moves, preview
from resolvers.rules.vocabulary import WHERE_BYTES
from resolvers.values.document import checked_document, instant
from resolvers.values.json_text import InvalidJson, read_json
from rest_compat.nouns.segment_rule import forecast_document, moves_document

SHOWN: Final = 10
"""Customers of each list."""
STANDARD_INPUT: Final = "-"


@dataclass(frozen=True, slots=True)
class Question:
    """What the command was asked: the rule as its file says it, or as a query."""

    tenant: str
    segment_id: str
    rule: str | None
    q: str | None
    at: str | None
    days: int
    as_json: bool = False


def preview_rule(question: Question) -> None:
    """Print the counts, who would join and leave first, and the forecast. Raises CommandFailure."""
    settings = load_settings()
    try:
        content = rule_content(_document(question))
        asyncio.run(prepare_database(settings, migrates=False))
        typer.echo(run(_answer(settings, question, content)))
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except GatewayError as failure:
        where = ".".join(map(str, failure.shown_path))
        raise CommandFailure(f"{where}: {failure.message}" if where else failure.message) from failure


def _document(question: Question) -> dict[str, object]:
    """The rule as JSON, of which `--q` is a short form."""
    if (question.rule is None) == (question.q is None):
        raise CommandFailure("Give either --rule or --q.")
    if question.q is not None:
        return {"q": question.q}
    try:
        return dict(checked_document(read_json(_read(question.rule or ""))))
    except InvalidJson as error:
        raise CommandFailure(f"{question.rule} is not JSON: {error}.") from error


def _read(name: str) -> bytes:
    """The file, but no more of it than a rule may have."""
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read(2 * WHERE_BYTES)
    with Path(name).open("rb") as file:
        return file.read(2 * WHERE_BYTES)


async def _answer(settings: Settings, question: Question, content: RuleContent) -> str:
    database = open_database(settings)
    try:
        async with database.read() as snapshot:
            reader = operator_reader(question.tenant, settings.policy, snapshot)
            result = await preview(reader, question.segment_id, content, _instant(question.at, reader.now))
            pages = [MovePage(move, Window(SHOWN)) for move in Move]
            if question.as_json:
                document = await moves_document(reader, result, pages, count=True)
                document["forecast"] = forecast_document(await result.forecast(question.days))
                return orjson.dumps(document).decode()
            moves = await result.moves(pages)
            days = await result.forecast(question.days)
        return "\n".join([*_counts(moves), *_moves(moves), *_forecast(days, content.time_zone)])
    finally:
        await database.close()


def _instant(text: str | None, now: datetime) -> datetime | None:
    if text is None:
        return None
    relative = moment(text)
    return instant(text, ("at",)) if relative is None else relative.at(now)


def _counts(moves: Moves) -> Iterator[str]:
    counts = moves.counts
    if counts is None:
        return
    for number, text in (
        (counts.matches, "satisfy the rule"),
        (counts.joins, "would join"),
        (counts.leaves, "would leave"),
        (counts.kept_by_hand, "do not satisfy it and stay: a client assigned them"),
        (counts.excluded, "satisfy it and stay out: a client took them out"),
    ):
        yield f"{number:>12,}  {text}"


def _moves(moves: Moves) -> Iterator[str]:
    for page, rows in moves.pages.items():
        if rows.rows:
            yield ""
            yield "Joining:" if page.move is Move.JOINING else "Leaving:"
            yield from _customers(rows)


def _customers(page: Page) -> Iterator[str]:
    for row in page.rows:
        names = " ".join(filter(None, (row.get("first_name"), row.get("last_name"))))
        company = f" for {row['legal_entity_id']}" if row["legal_entity_id"] else ""
        yield f"  {row['customer_id']}{company}{f'  {names}' if names else ''}"
    if page.has_more:
        yield "  ..."


def _forecast(days: Sequence[ForecastDay], time_zone: str) -> Iterator[str]:
    if not days:
        return
    changes = [day for day in days if day.joins or day.leaves]
    yield ""
    if not changes:
        yield f"In {len(days)} days, time alone will change nothing."
        return
    yield f"What time alone will change in {len(days)} days ({time_zone}):"
    for day in changes:
        yield f"  {day.date}  {day.joins:>10,} join  {day.leaves:>10,} leave"
