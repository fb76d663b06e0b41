"""Two copies of the data set with the same assignments: one with 50 active rules, one without rules."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

from sqlalchemy import text

from benchmarks.dataset.names import FIRST_NAMES, LAST_NAMES
from benchmarks.dataset.rows import segment_id
from benchmarks.dataset.size import TENANT
from benchmarks.measure.database import copied_database
from benchmarks.places import POSTGRES, SQLITE_FILE, DatabaseKind
from models.connection.database import Database
from models.connection.session import Transaction
from models.statistics import gather_statistics
from models.tables.columns import this_instant
from models.tables.table import metadata
from resolvers.access import Writer
from resolvers.caller import Caller, Scope
from resolvers.policy import Policy
from resolvers.rules.changing.set import set_rule
from resolvers.rules.definition.document import rule_content
from resolvers.rules.vocabulary import RuleState
from resolvers.writing.run import run

WITH_RULES: Final = "segments_reads_with_rules"
WITHOUT_RULES: Final = "segments_reads_without_rules"
RULES: Final = 50


class Urls(NamedTuple):
    """Of the two databases."""

    without: str
    with_rules: str


async def databases_with_and_without_rules(kind: DatabaseKind) -> Urls:
    """Copy the data set, set the rules, copy it again and delete the rules in that copy.

    The members that the rules have assigned are in both.
    """
    source = POSTGRES.database if kind == "postgresql" else SQLITE_FILE.stem
    with_rules = await copied_database(kind, source, WITH_RULES)
    await _with_database(with_rules, _set_rules)
    without = await copied_database(kind, WITH_RULES, WITHOUT_RULES)
    await _with_database(without, _delete_rules)
    return Urls(without, with_rules)


async def _with_database(url: str, work: Callable[[Database], Awaitable[None]]) -> None:
    database = Database(url)
    try:
        await work(database)
    finally:
        await database.close()


async def _set_rules(database: Database) -> None:
    for number in range(RULES):
        await _set_rule(database, segment_id(number), _rule(number))
    await gather_statistics(database, metadata.sorted_tables)


async def _set_rule(database: Database, segment: str, rule: dict[str, Any]) -> None:
    """Set the rule, which is then active. Raises RuntimeError where it is not."""
    content = rule_content(rule)

    async def written(transaction: Transaction) -> RuleState:
        caller = Caller(TENANT, frozenset(Scope), subject="benchmark")
        writer = Writer(caller, Policy(), transaction, this_instant())
        return (await run(writer, lambda writer: set_rule(writer, segment, content))).state

    if (state := await database.write(written)) is not RuleState.ACTIVE:
        raise RuntimeError(f"The rule of {segment} is {state}.")


def _rule(number: int) -> dict[str, Any]:
    """Customers of one name, and those who bought something in the last days; the data set has none."""
    name = {
        "firstName": {"eq": FIRST_NAMES[number % len(FIRST_NAMES)]},
        "lastName": {"eq": LAST_NAMES[number // 2 % len(LAST_NAMES)]},
    }
    recent = {"mixin": {"path": "shop.lastOrder", "withinLast": f"P{1 + number}D"}}
    return {"where": {"or": [{"and": [name]}, recent]}}


async def _delete_rules(database: Database) -> None:
    """Delete the rules themselves, and leave their members as they are."""
    async with database.engine.begin() as connection:
        for table in ("segment_rule", "customer_date", "rule_head"):
            await connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608
