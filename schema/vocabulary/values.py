"""Small objects of several types."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry.scalars import JSON

from models.sql.prepared import Row
from models.sql.selection import InstantText
from schema.vocabulary.column import column
from schema.vocabulary.declaration import SameRow, declared
from schema.vocabulary.input.conversion import converted_at_once


@strawberry.type(description="A window of time; an open end is null.")
class Validity:
    row: strawberry.Private[Row]
    from_: datetime | None = column("valid_from", "From this instant on.", graphql_name="from")
    to: datetime | None = column("valid_to", "Until just before this instant.")

    @classmethod
    def of(cls, row: Row) -> "Validity | None":
        """The validity window of a row.

        It is None if both ends are open.
        """
        if row.get("valid_from") is None and row.get("valid_to") is None:
            return None
        return cls(row=row)


@converted_at_once
@strawberry.input(description="A window of time; an end that is left out or null is open.")
class ValidityInput:
    from_: datetime | None = strawberry.field(default=None, name="from", description="From this instant on.")
    to: datetime | None = strawberry.field(
        default=None, description="Until just before this instant; not before `from`."
    )

    def document(self) -> dict[str, Any]:
        return {"from": self.from_, "to": self.to}


@strawberry.type(description="What the gateway keeps about a row.")
class Metadata:
    row: strawberry.Private[Row]
    version: int = column("version", "1 at creation, one more with every write; for `expectedVersion`.")
    created_at: datetime = column("created_at", "When the row was created.")
    modified_at: datetime = column("modified_at", "When it was last written.")
    mixins: JSON = column("mixin_schemas", "A map from mixin name to the URL of its schema.")


VALIDITY_COLUMNS = ("valid_from", "valid_to")
METADATA = declared(SameRow())
"""The declaration of a field that shows `Metadata` of its row."""
VALIDITY = declared(SameRow(null_without=tuple(map(InstantText, VALIDITY_COLUMNS))))
"""The declaration of a field that shows `Validity.of` its row."""
MIXIN_SCHEMAS = "A map from mixin name to the absolute URL of its schema."
MIXINS = "Additional attributes: a map from mixin name to object."
