"""The stored places of loads."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite

from models.connection.session import Session
from models.tables.load_place import load_place
from resolvers.access import Writer
from resolvers.transfer.source import Place


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a load has come.

    `rejected` lines so far were not loaded, and the rules of the lines `rules` are not set yet.
    """

    place: Place
    rejected: int
    rules: tuple[int, ...]


async def read_progress(session: Session, tenant: str, source: str) -> Progress | None:
    """The place of the interrupted load, or None."""
    row = await session.row(
        load_place.select().where(load_place.c.tenant == tenant, load_place.c.source == source)
    )
    if row is None:
        return None
    place = Place(row["line"], row["position"], row["digest"])
    return Progress(place, row["rejected"], tuple(row["rules"]))


async def record_progress(writer: Writer, source: str, progress: Progress) -> None:
    """Store the place, in the transaction of its lines."""
    place = progress.place
    await writer.transaction.write(
        _RECORD[writer.transaction.dialect],
        [
            {
                "tenant": writer.tenant,
                "source": source,
                "line": place.line,
                "position": place.position,
                "digest": place.digest,
                "rejected": progress.rejected,
                "rules": list(progress.rules),
                "recorded_at": writer.now,
            }
        ],
    )


async def forget_progress(writer: Writer, source: str) -> None:
    """Delete the place, so that the next load begins anew."""
    await writer.transaction.write(
        load_place.delete().where(load_place.c.tenant == writer.tenant, load_place.c.source == source)
    )


def _record(dialect: Any) -> Any:
    key = [column.name for column in load_place.primary_key]
    columns = {column.name: bindparam(column.name, type_=column.type) for column in load_place.c}
    inserted = dialect.insert(load_place).values(**columns)
    values = {name: inserted.excluded[name] for name in columns if name not in key}
    return inserted.on_conflict_do_update(index_elements=key, set_=values)


_RECORD: Final = {"postgresql": _record(postgresql), "sqlite": _record(sqlite)}
