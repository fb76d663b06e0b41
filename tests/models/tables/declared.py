"""Parts of a table's declaration, as text."""

from sqlalchemy import CheckConstraint, Table


def key(table: Table) -> list[str]:
    """The columns of the primary key."""
    return [column.name for column in table.primary_key]


def checks(table: Table) -> dict[str, str]:
    """The conditions of the check constraints by name."""
    return {
        str(constraint.name): str(constraint.sqltext)
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }


def indexes(table: Table) -> dict[str, list[str]]:
    """The expressions of the indexes by name."""
    return {
        str(index.name): [str(expression).removeprefix(f"{table.name}.") for expression in index.expressions]
        for index in table.indexes
    }


def parents(table: Table) -> list[str]:
    """The tables that foreign keys refer to."""
    return sorted(constraint.referred_table.name for constraint in table.foreign_key_constraints)


def optional(table: Table) -> list[str]:
    """The columns that may be NULL."""
    return [column.name for column in table.c if column.nullable]
