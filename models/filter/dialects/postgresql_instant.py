"""The instant of a JSON text in PostgreSQL."""

from typing import Any, Final

from sqlalchemy import ColumnElement, DateTime
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from models.filter.dialects.base import STORED_INSTANT

PLAIN_FORMS: Final = ("9999-99-99", "9999-99-99T99:99:99Z", "9999-99-99T99:99:99.999Z")
"""A date, or a date-time in UTC to the second or millisecond, with 9 for every digit."""
_LENGTHS: Final = ", ".join(str(len(form)) for form in PLAIN_FORMS)
_FORMS: Final = ", ".join(f"'{form}'" for form in PLAIN_FORMS)
_MONTH, _DAY, _HOUR, _MINUTE, _SECOND = (f"substr(text, {start}, 2)" for start in (6, 9, 12, 15, 18))
_INSTANT: Final = (
    f"CAST(CASE length(text) WHEN {len(PLAIN_FORMS[0])} THEN text || 'T00:00:00Z' ELSE text END "
    "AS TIMESTAMP WITH TIME ZONE)"
)
_TRUNCATED: Final = r"regexp_replace(text, '(\.\d{3})\d+', '\1')"
"""PostgreSQL would round digits after the third, and to the microsecond."""
_OTHER_INSTANT: Final = _INSTANT.replace("ELSE text END", f"ELSE {_TRUNCATED} END")
_LAST: Final = "timestamptz '9999-12-31T23:59:59.999Z'"
"""Of text whose offset leads beyond it, SQLite makes no instant, and neither does Python."""
_SQL: Final = f"""CASE
WHEN length(text) IN ({_LENGTHS})
AND translate(text, '012345678', '999999999') IN ({_FORMS})
AND text >= '1' AND {_MONTH} BETWEEN '01' AND '12'
AND ({_DAY} BETWEEN '01' AND '28' OR {_DAY} IN ('29', '30') AND {_MONTH} <> '02'
OR {_DAY} = '31' AND {_MONTH} IN ('01', '03', '05', '07', '08', '10', '12'))
AND {_HOUR} < '24' AND {_MINUTE} < '60' AND {_SECOND} < '60'
THEN {_INSTANT}
WHEN text LIKE '____-__-__%' THEN
CASE WHEN text ~ '{STORED_INSTANT}' THEN
CASE WHEN {_OTHER_INSTANT} <= {_LAST} THEN {_OTHER_INSTANT} END END
END"""
"""The usual forms are found in less than the time of a pattern. 29 February is left to the pattern."""


class InstantOf(FunctionElement[Any]):
    """The instant of a text; NULL for other texts.

    The text is computed once.
    """

    name = "instant_of"
    type = DateTime(timezone=True)
    inherit_cache = True

    def __init__(self, text: ColumnElement[str]) -> None:
        super().__init__(text)


@compiles(InstantOf, "postgresql")
def _compiled(element: InstantOf, compiler: Any, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"(SELECT {_SQL} FROM (SELECT {text} AS text OFFSET 0) AS scalar)"  # noqa: S608  (our own text)
