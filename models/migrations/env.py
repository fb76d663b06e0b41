"""Alembic's entry point. `models.migrate` calls it with an open connection inside a transaction."""

from alembic import context

from models.tables import (
    change,
    customer_assignment,
    group_assignment,
    item_assignment,
    load_place,
    reference,
    rule,
    segment,
    webhook,
)
from models.tables.table import metadata

# Imported for their tables.
MODELS = (
    segment,
    customer_assignment,
    item_assignment,
    group_assignment,
    reference,
    change,
    webhook,
    rule,
    load_place,
)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    on_version_apply=context.config.attributes.get("applied"),
)
with context.begin_transaction():
    context.run_migrations()
