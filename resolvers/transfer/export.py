"""Exports all records of a tenant as lines.

They come kind by kind, in key order and page by page.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from resolvers.access import Reader
from resolvers.caller import Scope
from resolvers.transfer.kind import KINDS, Kind
from resolvers.transfer.line import written_line
from resolvers.writing.command import Key

PAGE_ROWS: Final = 500


@dataclass(frozen=True, slots=True)
class Page:
    """Consecutive lines of one kind."""

    kind: Kind
    lines: list[bytes]


async def export_pages(reader: Reader) -> AsyncIterator[Page]:
    """Export the tenant's records in lines for `batches`.

    The same records give the same bytes, whichever database holds them. Raises Forbidden.
    """
    reader.caller.require(Scope.READ)
    for kind in KINDS:
        after: Key | None = None
        while records := await kind.page(reader, after, PAGE_ROWS):
            yield Page(kind, [written_line(kind, record) for record in records])
            after = kind.table.key_of(records[-1])
