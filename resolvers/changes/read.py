"""Reading the change log from a position on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, func, or_, select

from models.sql.keys import is_one_of
from models.sql.prepared import Row
from models.sql.selection import json_bytes
from models.tables.change import block_of, change_head, change_record
from models.tables.columns import this_instant
from models.tables.customer_assignment import NO_LEGAL_ENTITY
from resolvers.access import OWN_CUSTOMER, OWN_LEGAL_ENTITY, TENANT, Reader
from resolvers.changes.cursor import NO_RECORD, CursorSeal, Position
from resolvers.errors import CursorExpired, CursorUnknown, InvalidArgument
from resolvers.membership import groups_of
from resolvers.values.text import require_short
from resolvers.visibility import sees_all, visible_segment_ids

DEFAULT_FIRST: Final = 100
LARGEST_FIRST: Final = 1_000
MOST_SEGMENTS: Final = 1_000
WINDOW: Final = 20_000
"""Records that one statement looks at: a filter that fits few moves the cursor on without them."""
LARGEST_BATCH: Final = 4_000_000
"""Bytes of documents in a batch, but for those of its last record."""
AFTER: Final = bindparam("after", type_=BigInteger)
UNTIL: Final = bindparam("until", type_=BigInteger)
FIRST: Final = bindparam("first", type_=BigInteger)
BYTES: Final = bindparam("bytes", type_=BigInteger)
REACH: Final = "reach"
"""The number up to which the records of a batch are read: where it has enough bytes, or `until`."""


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """The changes to read: of which `ChangeType`s, segments and customer. None means any."""

    types: Collection[str] | None = None
    segment_ids: Collection[str] | None = None
    customer_id: str | None = None

    def check(self) -> None:
        """Raise InvalidArgument for more or longer ids than there can be."""
        if self.segment_ids is not None:
            if len(self.segment_ids) > MOST_SEGMENTS:
                raise InvalidArgument(f"At most {MOST_SEGMENTS:,} segments.", path=("segmentIds",))
            require_short(self.segment_ids, ("segmentIds",))
        if self.customer_id is not None:
            require_short([self.customer_id], ("customerId",))

    def fits(self, record: Row) -> bool:
        """Whether a record that was read without the filter passes it."""
        return (
            (self.types is None or record["type"] in self.types)
            and (self.segment_ids is None or record["segment_id"] in self.segment_ids)
            and (self.customer_id is None or record["customer_id"] == self.customer_id)
        )


ANY_CHANGE: Final = ChangeFilter()


@dataclass(frozen=True, slots=True)
class Head:
    """The newest position of a log, and the one behind which its oldest record is."""

    newest: Position
    oldest: Position


@dataclass(frozen=True, slots=True)
class ChangeBatch:
    """Changes in the order of their commits. `cursor` is where to go on, past what a filter left out."""

    records: Sequence[Row]
    cursors: "Cursors"
    end: Position
    has_more: bool

    @property
    def cursor(self) -> str:
        return self.cursors.of(self.end)

    def cursor_of(self, record: Row) -> str:
        """The cursor behind one of the records."""
        return self.cursors.of(Position(self.end.epoch, record["seq"]))


def lag_of(batch: ChangeBatch) -> float | None:
    """How many seconds old the newest change is, from the instant of the request that made it."""
    if not batch.records:
        return None
    lag: float = (this_instant() - batch.records[-1]["recorded_at"]).total_seconds()
    return lag


class Cursors:
    """The cursors of one tenant. Raises ChangesOff where there are none."""

    def __init__(self, reader: Reader) -> None:
        self._seal = CursorSeal(reader.policy.cursor_secret)
        self._tenant = reader.tenant

    def of(self, position: Position) -> str:
        return self._seal.cursor(self._tenant, position)

    def position(self, cursor: str) -> Position:
        """Raises InvalidArgument."""
        return self._seal.position(self._tenant, cursor)


@dataclass(frozen=True, slots=True)
class Start:
    """Where a stream begins, and the newest position of its log."""

    position: Position
    newest: Position
    cursors: Cursors
    tells_itself: bool
    """The client has no cursor yet."""


async def newest_cursor(reader: Reader) -> str:
    """The cursor behind the newest change, where a reader of what is to come begins."""
    sees_all(reader)
    return Cursors(reader).of((await _head(reader)).newest)


async def starting_point(reader: Reader, after: str | None) -> Start:
    """Where a stream begins: behind a cursor, or behind the newest record.

    Needs a reading scope. Raises CursorExpired, CursorUnknown, InvalidArgument, ChangesOff.
    """
    sees_all(reader)
    cursors = Cursors(reader)
    start = None if after is None else cursors.position(after)
    head = await _head(reader)
    position = head.newest if start is None else _checked(start, head, cursors)
    return Start(position, head.newest, cursors, tells_itself=after is None)


async def read_changes(
    reader: Reader, after: str | None, *, first: int = DEFAULT_FIRST, change_filter: ChangeFilter = ANY_CHANGE
) -> ChangeBatch:
    """At most `first` changes behind a cursor, or from the oldest record on. Needs a reading scope.

    A batch of LARGEST_BATCH bytes ends earlier. In the own view: changes of the caller's own assignments,
    and those of segments and items while the segment is in the view. Raises CursorExpired, CursorUnknown,
    InvalidArgument, ChangesOff.
    """
    sees_all(reader)
    if not 1 <= first <= LARGEST_FIRST:
        raise InvalidArgument(f"A number from 1 to {LARGEST_FIRST:,} is expected.", path=("first",))
    change_filter.check()
    cursors = Cursors(reader)
    position = None if after is None else cursors.position(after)
    head = await _head(reader)
    start = head.oldest if position is None else _checked(position, head, cursors)
    until = min(head.newest.seq, start.seq + WINDOW)
    records = await _records(reader, start.seq, until, first, change_filter) if until > start.seq else ()
    last = _last(records, first) or until
    return ChangeBatch(records, cursors, Position(head.newest.epoch, last), has_more=last < head.newest.seq)


def _last(records: Sequence[Row], first: int) -> int | None:
    """The number at which a batch ends; None where it has all records that were looked at."""
    if not records:
        return None
    last: int = records[-1]["seq" if len(records) == first else REACH]
    return last


async def _head(reader: Reader) -> Head:
    rows = await reader.rows(reader.prepared("head of changes", _select_head))
    if not rows:
        return Head(NO_RECORD, NO_RECORD)
    [row] = rows
    return Head(Position(row["epoch"], row["seq"]), Position(row["epoch"], row["floor"]))


def _checked(position: Position, head: Head, cursors: Cursors) -> Position:
    """The position, if the log still has all that follows it."""
    if position == NO_RECORD and head.oldest.seq == 0:
        return head.oldest
    if position.epoch != head.newest.epoch or position.seq > head.newest.seq:
        raise CursorUnknown()
    if position.seq < head.oldest.seq:
        raise CursorExpired(cursors.of(head.oldest))
    return position


async def _records(
    reader: Reader, after: int, until: int, first: int, change_filter: ChangeFilter
) -> Sequence[Row]:
    dialect = reader.snapshot.dialect
    record = change_record.c
    conditions: list[ColumnElement[bool]] = []
    values: dict[str, Any] = {"after": after, "until": until, "first": first, "bytes": LARGEST_BATCH}
    if change_filter.types is not None:
        conditions.append(is_one_of(record.type, dialect, "types"))
        values["types"] = sorted(change_filter.types)
    if change_filter.segment_ids is not None:
        conditions.append(is_one_of(record.segment_id, dialect, "segment_ids"))
        values["segment_ids"] = sorted(change_filter.segment_ids)
    if change_filter.customer_id is not None:
        conditions.append(record.customer_id == bindparam("customer_id", type_=record.customer_id.type))
        conditions.append(block_of(record.seq).between(block_of(AFTER), block_of(UNTIL)))
        values["customer_id"] = change_filter.customer_id
    shape = "changes", *(sorted(values))
    statement = reader.prepared(shape, lambda: _select(reader, conditions))
    return await reader.rows(statement, **values)


def _select_head() -> Select[Any]:
    return select(change_head).where(change_head.c.tenant == TENANT)


def _select(reader: Reader, conditions: Collection[ColumnElement[bool]]) -> Select[Any]:
    """The records up to the one with which their documents have enough bytes.

    The database adds up and stops there: nothing behind it is weighed or sent.
    """
    record = change_record.c
    visible = () if sees_all(reader) else (_is_in_own_view(reader),)
    condition = and_(record.tenant == TENANT, record.seq > AFTER, *conditions, *visible)
    enough = func.coalesce(_enough(condition, reader.snapshot.dialect), UNTIL)
    reach = select(enough.label(REACH)).cte("reached").c[REACH]
    return (
        select(change_record, reach).where(condition, record.seq <= reach).order_by(record.seq).limit(FIRST)
    )


def _enough(condition: ColumnElement[bool], dialect: str) -> ColumnElement[Any]:
    """The number of the record with which the documents have enough bytes; NULL where none is."""
    record = change_record.c
    size = func.coalesce(json_bytes(record.document, dialect), 0)
    sizes = (
        select(record.seq, size.label("size"))
        .where(condition, record.seq <= UNTIL)
        .order_by(record.seq)
        .limit(FIRST)
        .subquery("sizes")
    )
    total = func.sum(sizes.c.size).over(order_by=sizes.c.seq, rows=(None, 0))
    totals = select(sizes.c.seq, total.label("total")).subquery("totals")
    enough = select(totals.c.seq).where(totals.c.total >= BYTES).order_by(totals.c.seq).limit(1)
    return enough.scalar_subquery()


def _is_in_own_view(reader: Reader) -> ColumnElement[bool]:
    record = change_record.c
    conditions = [record.customer_id == OWN_CUSTOMER]
    if reader.caller.legal_entity_id is not None:
        conditions.append(record.legal_entity_id.in_([NO_LEGAL_ENTITY, OWN_LEGAL_ENTITY]))
    of_segment = and_(record.customer_id.is_(None), record.group_id.is_(None))
    in_view = and_(of_segment, record.segment_id.in_(visible_segment_ids(reader)))
    return or_(and_(*conditions), in_view, record.group_id.in_(groups_of(reader, OWN_CUSTOMER)))
