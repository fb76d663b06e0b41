"""Language tags of localized texts in canonical case.

A map may hold one language in several cases. Of their texts the one under the canonical tag stays,
unless it is blank; then the first by its tag that is not blank. Versions and times stay as they are:
no text that a reader saw changes.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import sqlalchemy as sa
from alembic import op

from models.blank import is_blank
from models.language_tag import canonical_range
from models.tables.columns import JsonValue, PlainText

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BATCH_ROWS: Final = 500
LOCALIZED: Final = {
    "segment": ("name", "description"),
    "category": ("name", "description", "slug"),
    "product": ("name",),
}


def upgrade() -> None:
    connection = op.get_bind()
    for name, columns in LOCALIZED.items():
        table = sa.table(
            name,
            sa.column("tenant", PlainText),
            sa.column("id", PlainText),
            *(sa.column(column, JsonValue) for column in columns),
        )
        for rows in _batches(connection, table):
            _write(connection, table, [row for row in map(_canonical, rows) if row])


def downgrade() -> None:
    """Older versions read canonical tags as well."""


def _batches(connection: sa.Connection, table: sa.TableClause) -> Iterator[list[sa.RowMapping]]:
    key = sa.tuple_(table.c.tenant, table.c.id)
    page = sa.select(table).order_by(table.c.tenant, table.c.id).limit(BATCH_ROWS)
    rows = list(connection.execute(page).mappings())
    while rows:
        yield rows
        last = rows[-1]["tenant"], rows[-1]["id"]
        rows = list(connection.execute(page.where(key > sa.tuple_(*last))).mappings())


def _canonical(row: sa.RowMapping) -> dict[str, object] | None:
    """Return the row with canonical tags.

    None where it has them already.
    """
    columns = [name for name in row if name not in ("tenant", "id")]
    changed = {name: _with_canonical_tags(row[name]) for name in columns}
    return None if all(changed[name] == row[name] for name in columns) else {**row, **changed}


def _with_canonical_tags(texts: Mapping[str, str]) -> dict[str, str]:
    kept_texts: dict[str, str] = {}
    canonical_first = sorted(texts, key=lambda tag: (_tag(tag) != tag, tag))
    for source in canonical_first:
        tag = _tag(source)
        if tag not in kept_texts or (is_blank(kept_texts[tag]) and not is_blank(texts[source])):
            kept_texts[tag] = texts[source]
    return {tag: kept_texts[tag] for tag in sorted(kept_texts)}


def _tag(source: str) -> str:
    return canonical_range(source) or source


def _write(connection: sa.Connection, table: sa.TableClause, rows: list[dict[str, object]]) -> None:
    if not rows:
        return
    columns = LOCALIZED[table.name]
    same_key = [table.c[name] == sa.bindparam(f"key_{name}") for name in ("tenant", "id")]
    update = sa.update(table).where(*same_key).values({name: sa.bindparam(f"new_{name}") for name in columns})
    parameters = [
        {
            **{f"key_{name}": row[name] for name in ("tenant", "id")},
            **{f"new_{name}": row[name] for name in columns},
        }
        for row in rows
    ]
    connection.execute(update, parameters)
