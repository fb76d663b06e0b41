"""The rule of a segment in REST, an extension of the contract: read, set, pause, remove and preview it.

Customers who were put in or taken out by hand are released to it.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import Response

from models.filter.moment import moment
from models.sql.prepared import Row
from models.tables.columns import instant_text
from models.tables.customer_assignment import NO_LEGAL_ENTITY
from models.tables.reference import legal_entity
from resolvers.access import Reader, Writer
from resolvers.background import in_background
from resolvers.errors import InvalidArgument, NotFound
from resolvers.reading.page import Page, Window
from resolvers.reference.document import LEGAL_ENTITY_SUMMARY, customer_summary, legal_entity_summary
from resolvers.reference.read import references_by_id
from resolvers.rules.changing.activation import Bounds
from resolvers.rules.changing.pause import pause_rule
from resolvers.rules.changing.release import release_customers
from resolvers.rules.changing.remove import remove_rule
from resolvers.rules.changing.set import set_rule
from resolvers.rules.definition.content import RuleContent
from resolvers.rules.definition.document import rule_content
from resolvers.rules.definition.paths import LOADED_INTO
from resolvers.rules.head import lock_rules_to_change
from resolvers.rules.preview.forecast import MOST_DAYS, ForecastDay
from resolvers.rules.preview.preview import Counts, Move, MovePage, Preview, preview
from resolvers.rules.read import ShownRule, progress, rules_of_segments
from resolvers.values.document import checked_document, instant
from resolvers.writing.bulk import attempted_each, checked_elements
from rest_compat.call import Call, parameters
from rest_compat.nouns.customer_assignment import key_of_each
from rest_compat.wire.responses import json_response
from rest_compat.writing import results

DEFAULT_LIMIT: Final = 20
LARGEST_LIMIT: Final = 100
LONGEST_NUMBER: Final = 9
"""Digits."""
CURSORS: Final = {Move.JOINING: "joiningAfter", Move.LEAVING: "leavingAfter"}
"""The parameters that take the cursors of the two lists."""


async def read(call: Call) -> Response:
    """The rule; 404 where the segment has none, or there is no such segment."""
    segment_id = call.segment_id
    async with call.reading() as reader:
        rules = await rules_of_segments(reader, [segment_id])
        if segment_id not in rules:
            raise NotFound(segment_id)
        rule = rules[segment_id]
        document = rule_document(rule, await progress(reader, rule.rule))
    return json_response(document)


def rule_document(rule_row: ShownRule, progress: float) -> dict[str, Any]:
    """A rule as JSON: what a client wrote, and how far it has been applied."""
    rule, content = rule_row.rule, rule_row.rule.content
    condition = {"where": content.where} if content.q is None else {"q": content.q}
    return {
        **condition,
        "subject": content.subject,
        "timeZone": content.time_zone,
        "state": rule.state,
        **({"error": rule.error} if rule.error else {}),
        "progress": progress,
        "evaluatedTo": instant_text(rule_row.evaluated_to),
        "dependsOn": sorted(path for path in rule.depends_on if not path.startswith(LOADED_INTO)),
        "metadata": {
            "createdAt": instant_text(rule.created_at),
            "modifiedAt": instant_text(rule.modified_at),
            "version": rule.version,
        },
    }


async def put(call: Call) -> Response:
    """Set the rule: 201 where the segment had none, else 204."""
    segment_id, content = call.segment_id, await _content(call)
    bounds = Bounds(_number(call, "mostJoins"), _number(call, "mostLeaves"))

    async def work(writer: Writer) -> bool:
        stored = (await lock_rules_to_change(writer)).rule_set.by_segment
        await set_rule(writer, segment_id, content, bounds)
        return segment_id not in stored

    is_new = await call.write(work)
    return Response(status_code=HTTPStatus.CREATED if is_new else HTTPStatus.NO_CONTENT)


async def delete(call: Call) -> Response:
    """Remove the rule, if there is one: 204."""
    segment_id, keep_members = call.segment_id, call.flag("keepMembers")
    await call.write(lambda writer: remove_rule(writer, segment_id, keep_members=keep_members))
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def pause(call: Call) -> Response:
    """Pause the rule: 204, or 404 where there is none."""
    segment_id = call.segment_id
    await call.write(lambda writer: pause_rule(writer, segment_id))
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def release(call: Call) -> Response:
    """Let the rule decide about customers again: 207 with an entry for each, or 404 where there is none."""
    segment_id, elements = call.segment_id, checked_elements(call.body)
    keys = await attempted_each(elements, key_of_each(call))
    outcomes = await call.write(lambda writer: release_customers(writer, segment_id, keys))
    return results(call, outcomes)


async def show_preview(call: Call) -> Response:
    """What setting the rule in the body would change; with a cursor, the page behind it alone."""
    segment_id, content = call.segment_id, await _content(call)
    limit = _number(call, "limit", LARGEST_LIMIT)
    size = DEFAULT_LIMIT if limit is None else limit
    cursors = {move: call.query[name] for move, name in CURSORS.items() if name in call.query}
    days = _number(call, "forecastDays", MOST_DAYS)
    async with call.reading() as reader:
        result = await preview(reader, segment_id, content, _at(call))
        pages = [_asked(move, size, cursors.get(move)) for move in cursors or Move]
        document = await moves_document(reader, result, pages, count=not cursors)
        if days is not None:
            document["forecast"] = forecast_document(await result.forecast(days))
    return json_response(document)


def _asked(move: Move, size: int, after: str | None) -> MovePage:
    try:
        return MovePage(move, Window(size, after))
    except InvalidArgument as error:
        raise InvalidArgument(error.message, path=(CURSORS[move],)) from error


async def moves_document(
    reader: Reader, preview_: Preview, pages: Sequence[MovePage], *, count: bool
) -> dict[str, Any]:
    """What setting a rule would change, as JSON: the counts, and who joins and leaves.

    Raises InvalidArgument.
    """
    try:
        moves = await preview_.moves(pages, count=count)
    except InvalidArgument as error:
        names = [CURSORS[page.move] for page in pages if page.window.after is not None]
        raise InvalidArgument(error.message, path=(names[0],)) from error
    lists = {page.move.value: await _page(reader, rows) for page, rows in moves.pages.items()}
    return {**({} if moves.counts is None else _counts(moves.counts)), **lists}


def forecast_document(days: Sequence[ForecastDay]) -> list[dict[str, Any]]:
    """What time alone will change, as JSON."""
    return [{"date": day.date.isoformat(), "joins": day.joins, "leaves": day.leaves} for day in days]


def _counts(counts: Counts) -> dict[str, int]:
    return {
        "matches": counts.matches,
        "joins": counts.joins,
        "leaves": counts.leaves,
        "keptByHand": counts.kept_by_hand,
        "excluded": counts.excluded,
    }


async def _page(reader: Reader, page: Page) -> dict[str, Any]:
    ids = {row["legal_entity_id"] for row in page.rows} - {NO_LEGAL_ENTITY}
    companies = await references_by_id(reader, legal_entity, ids, columns=LEGAL_ENTITY_SUMMARY)
    cursor = {"cursor": page.cursor(page.rows[-1])} if page.rows else {}
    return {
        "customers": [_member(row, companies.get(row["legal_entity_id"])) for row in page.rows],
        **cursor,
        "hasMore": page.has_more,
    }


def _member(row: Row, company: Row | None) -> dict[str, Any]:
    legal_entity_id = row["legal_entity_id"]
    customer = {"customer": customer_summary(row["customer_id"], row)}
    if legal_entity_id == NO_LEGAL_ENTITY:
        return customer
    return {**customer, "legalEntity": legal_entity_summary(legal_entity_id, company)}


async def _content(call: Call) -> RuleContent:
    body = checked_document(call.body)
    return await in_background(lambda: rule_content(body))


def _at(call: Call) -> Any:
    """The instant of the parameter `at`, which may be relative to now."""
    text = call.query.get("at")
    if text is None:
        return None
    relative = moment(text)
    if relative is not None:
        return relative.at(call.now)
    with parameters():
        return instant(text, ("at",))


def _number(call: Call, name: str, most: int | None = None) -> int | None:
    text = call.query.get(name)
    if text is None:
        return None
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None
    if number is None or (most is not None and number > most):
        upper = "" if most is None else f" to {most:,}"
        raise InvalidArgument(f"A whole number from 0{upper} is expected.", path=(name,))
    return number
