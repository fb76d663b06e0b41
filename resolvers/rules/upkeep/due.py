"""Customers with dates that moments of rules have passed, found in one statement for all rules."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, cast, literal_column, select, true

from models.connection.kept_statement import KeptStatement
from models.connection.session import Session
from models.sql.keys import KEYS, key_parameters, key_rows
from models.sql.probe import OrderedJoin
from models.tables.columns import UtcDateTime, instant_text
from models.tables.rule import customer_date
from resolvers.access import TENANT
from resolvers.rules.definition.rule import Rule
from resolvers.rules.judging.linked import customers_of_legal_entities

WINDOWS: Final = f"{KEYS}_of_windows"
"""The table of what moments have passed: a path, and from which instant to which."""
COLUMNS: Final = ("path", "first", "last")
NO_OFFSET: Final[ColumnElement[int]] = literal_column("0")
"""Has PostgreSQL look up each window through the index."""


async def customers_in_time(
    session: Session, tenant: str, rules: Sequence[Rule], since: datetime, until: datetime
) -> list[str]:
    """Customers with a date that a moment of a rule has passed from one instant to another, in key order."""
    windows = _windows(rules, since, until)
    values = {"tenant": tenant, **key_parameters(windows, len(COLUMNS), session.dialect, WINDOWS)}
    rows = await session.rows(_IN_TIME.on(session), values)
    customers = {row["customer_id"] for row in rows} - {""}
    companies = {row["legal_entity_id"] for row in rows} - {""}
    return sorted(customers | await customers_of_legal_entities(session, tenant, sorted(companies)))


def _windows(rules: Sequence[Rule], since: datetime, until: datetime) -> list[tuple[str, str, str]]:
    """The rows of WINDOWS, each once: rules may look at the same moment."""
    windows: set[tuple[str, str, str]] = set()
    for rule in rules:
        for timed_path in rule.timed_paths:
            bounds = sorted(timed_path.moment.at(instant, rule.zone) for instant in (since, until))
            windows.add((timed_path.written, instant_text(bounds[0]), instant_text(bounds[1])))
    return sorted(windows)


def _select_in_time(dialect: str) -> Select[Any]:
    windows, dates = key_rows(COLUMNS, dialect, WINDOWS), customer_date.c
    bounds = [windows.c.first, windows.c.last]
    first, last = [cast(bound, UtcDateTime) for bound in bounds] if dialect == "postgresql" else bounds
    is_in_time = and_(
        dates.tenant == TENANT, dates.path == windows.c.path, dates.at >= first, dates.at <= last
    )
    keys = select(dates.customer_id, dates.legal_entity_id)
    if dialect == "sqlite":
        return keys.select_from(OrderedJoin(windows, customer_date, is_in_time))
    in_window = keys.where(is_in_time).correlate(windows).offset(NO_OFFSET).lateral("each")
    return select(in_window.c.customer_id, in_window.c.legal_entity_id).select_from(
        windows.join(in_window, true())
    )


_IN_TIME: Final = KeptStatement(_select_in_time)
