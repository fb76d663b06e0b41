"""Placeholders of a statement, numbered from 0 in the order of its arguments."""

import itertools
import re

from sqlglot import exp

_QUOTED_OR_MARK = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\?(\d*)")
_NUMBERED = re.compile(r"p(\d+)")


def numbered(sql: str, dialect: str) -> str:
    """SQLite's `?` and `?1` become `:p0`, `:p1`, ...; PostgreSQL's `$1` is a number already."""
    if dialect == "postgresql":
        return sql
    numbers = itertools.count()

    def name(match: re.Match[str]) -> str:
        if not match.group().startswith("?"):
            return match.group()
        return f":p{int(match.group(1)) - 1 if match.group(1) else next(numbers)}"

    return _QUOTED_OR_MARK.sub(name, sql)


def place_of(expression: exp.Expr) -> int | None:
    """The place of the argument that the expression is; None where it is something else."""
    plain = expression
    while isinstance(plain, exp.Cast | exp.Collate | exp.Paren):
        plain = plain.this
    if isinstance(plain, exp.Parameter):
        return int(plain.name) - 1
    if isinstance(plain, exp.Placeholder) and (match := _NUMBERED.fullmatch(plain.name)):
        return int(match.group(1))
    return None
