"""What clients decide by hand in a segment with a rule: it wins over the rule."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement, Executable, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from models.connection.session import Transaction
from models.tables.columns import UtcDateTime
from models.tables.rule import customer_exclusion
from resolvers.access import Writer
from resolvers.rules.head import TenantRules
from resolvers.writing.command import Command, Key, Outcome, Remove


async def keep_exclusions(
    writer: Writer, rules: TenantRules, commands: Iterable[Command | Any], outcomes: Iterable[Outcome]
) -> None:
    """Remember whom a client has taken out of a segment with a rule; forget those it has put in again.

    Removing a customer who is not in counts as well: the rule shall not bring them.
    """
    excluded: dict[Key, bool] = {}
    for command, outcome in zip(commands, outcomes, strict=True):
        if outcome.error is None and outcome.key is not None and outcome.key[0] in rules.rule_set.by_segment:
            excluded[outcome.key] = isinstance(command, Remove)
    await exclude(writer, [key for key, is_out in excluded.items() if is_out])
    await forget_exclusions(writer.transaction, writer.tenant, [key for key in excluded if not excluded[key]])


async def exclude(writer: Writer, keys: Collection[Key]) -> None:
    """Keep these customers out of segments, each by the key of the assignment."""
    rows = [{**_key(writer.tenant, key), "created_at": writer.now} for key in sorted(keys)]
    await writer.transaction.write(_ADD[writer.transaction.dialect], rows)


async def forget_exclusions(transaction: Transaction, tenant: str, keys: Collection[Key]) -> None:
    """Let rules decide again about these keys."""
    rows = [{f"key_{name}": value for name, value in _key(tenant, key).items()} for key in sorted(keys)]
    await transaction.write(customer_exclusion.delete().where(*_has_key()), rows)


def _key(tenant: str, key: Key) -> dict[str, str]:
    return dict(zip(customer_exclusion.primary_key.columns.keys(), (tenant, *key), strict=True))


def _has_key() -> list[ColumnElement[bool]]:
    return [column == bindparam(f"key_{column.name}") for column in customer_exclusion.primary_key]


def _add(dialect: Any) -> Executable:
    columns: dict[str, Any] = {
        column.name: bindparam(column.name) for column in customer_exclusion.primary_key
    }
    added: Executable = (
        dialect.insert(customer_exclusion)
        .values(**columns, created_at=bindparam("created_at", type_=UtcDateTime))
        .on_conflict_do_nothing()
    )
    return added


_ADD: Final = {"postgresql": _add(postgresql), "sqlite": _add(sqlite)}
