"""The SQL of lists.

For many parents the first rows of each come in one statement. PostgreSQL runs a limited LATERAL subquery per
parent. SQLite has none, but finds each parent's first keys in a correlated subquery and joins the rows to
them, which reads as little (measured: 1.5 ms where a window function takes 190 ms, for 50 parents of which
one has 100,000 children).
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    and_,
    case,
    func,
    literal_column,
    select,
    true,
    tuple_,
)

from models.filter.catalogue import Catalogue, from_clause
from models.filter.compile import compile_condition
from models.filter.errors import FilterError
from models.filter.tree import And, Condition
from models.sql.keys import key_table
from models.sql.ordering import LookupShape, Ordering, order_terms
from models.sql.prepared import Prepared, Query, clause_size
from models.sql.probe import NO_OFFSET
from models.sql.row_text import WriteList
from models.sql.selection import Join, selected
from resolvers.access import TENANT, Reader
from resolvers.background import in_background
from resolvers.caller import Scope
from resolvers.errors import InvalidArgument
from resolvers.reading.page import ListQuery
from resolvers.reading.window import Frame

Correlate: TypeAlias = Callable[[ColumnElement[str]], ColumnElement[bool]]
"""The condition on rows of the parent with this key."""
PAGE_TEXT: Final = "page_text"
"""The column with the text of a page: the texts of its rows, or NULL without any."""


def row_key(catalogue: Catalogue) -> tuple[str, ...]:
    """The primary key columns without the tenant.

    They identify a row within its tenant.
    """
    return tuple(column.name for column in catalogue.base.primary_key if column.name != "tenant")


@dataclass(slots=True, eq=False)
class Listing:
    """The SQL of a filtered and sorted list.

    A cached listing serves all queries that differ in values, windows and columns. Statements of a listing
    that is not cached are not cached either, as nothing would use them again.
    """

    dialect: str
    catalogue: Catalogue
    ordering: Ordering
    condition: ColumnElement[bool]
    condition_tables: frozenset[Table]
    is_large: bool
    """Whether its statements are built in another thread."""
    is_kept: bool | None = None

    @classmethod
    def of(
        cls,
        reader: Reader,
        catalogue: Catalogue,
        query: ListQuery,
        shape: Condition | None,
        lookup: LookupShape,
        *,
        is_large: bool,
    ) -> "Listing":
        dialect = reader.snapshot.dialect
        try:
            ordering = order_terms(query.orders, catalogue, dialect, lookup)
        except FilterError as error:
            raise InvalidArgument(error.message, path=(query.names.orders,)) from error
        condition: ColumnElement[bool] = true()
        tables: frozenset[Table] = frozenset()
        if shape is not None:
            try:
                compiled = compile_condition(
                    shape, catalogue, dialect, per_row=not reader.caller.has(Scope.READ)
                )
            except FilterError as error:
                path = (_argument_at_fault(query, catalogue, dialect),)
                raise InvalidArgument(error.message, path=path) from error
            condition, tables = compiled.clause, compiled.tables
        return cls(dialect, catalogue, ordering, condition, tables, is_large)

    async def prepared(self, reader: Reader, name: Hashable, build: Callable[[], Query]) -> Prepared:
        """A prepared statement of the listing.

        It is cached if the listing is.
        """

        def prepare() -> Prepared:
            return reader.snapshot.prepare(build(), keeps_source=False)

        if self.is_kept:
            key = name, self
            return (
                await reader.built_in_background(key, prepare)
                if self.is_large
                else reader.built(key, prepare)
            )
        return await in_background(prepare) if self.is_large else prepare()

    @property
    def size(self) -> int:
        """The estimated size in bytes."""
        return clause_size([self.condition, *(term.expression for term in self.ordering.terms)])

    @property
    def base(self) -> Table:
        return self.catalogue.base

    def columns(self, frame: Frame) -> list[ColumnElement[Any]]:
        """The selected columns, key columns and cursor values."""
        columns = frame.columns and frame.columns.union(row_key(self.catalogue))
        expressions = selected(self.base, columns, self.dialect)
        return [*expressions, *self.ordering.key_columns()] if frame.cursors else expressions

    def where(self, belongs: ColumnElement[bool]) -> ColumnElement[bool]:
        """The condition on tenant, parent and filter."""
        return and_(self.base.c.tenant == TENANT, belongs, self.condition)

    def page_statement(
        self,
        belongs: ColumnElement[bool],
        frame: Frame,
        parents: FromClause | None = None,
        lists: Sequence[WriteList] = (),
    ) -> Select[Any]:
        """The statement for the rows of a page.

        `belongs` may refer to `parents` of an outer statement. `lists` are those inside the text of a row.
        """
        page = frame.around(self._rows(belongs, frame), self.ordering)
        return self._shown(page if parents is None else page.correlate(parents), frame, lists)

    def is_by_owner(self) -> bool:
        """Whether the rows are ordered by their owner first, the first column of their key."""
        return self.ordering.terms[0].expression is self.base.c[row_key(self.catalogue)[0]]

    def page_by_owner(
        self, owners: Select[Any], frame: Frame, lists: Sequence[WriteList] = ()
    ) -> Select[Any]:
        """The page, read owner by owner until it is full.

        `owners` selects their keys. Where PostgreSQL plans without values, it would read and sort the rows of
        all owners. They arrive in the order of the owners: a nested loop is the one plan for LATERAL.
        """
        first, [key] = self.ordering.terms[0], owners.selected_columns
        order = replace(first, expression=key).order_by(backwards=frame.from_back)
        owner = owners.order_by(order).offset(NO_OFFSET).subquery("owner")
        of_owner = self._rows(first.expression == owner.c[key.name], frame).correlate(owner)
        rows = frame.ordered(of_owner, self.ordering).lateral("of_owner")
        page = frame.limited(select(*rows.c).select_from(owner.join(rows, true())))
        return self._shown(page, frame, lists)

    def _rows(self, belongs: ColumnElement[bool], frame: Frame) -> Select[Any]:
        """The rows of a page, before they are ordered."""
        source = self.source(self.condition_tables | self.ordering.tables)
        is_inner = frame.text is not None or bool(frame.joins)
        row_frame = replace(frame, cursors=frame.cursors or is_inner)
        return select(*self.columns(row_frame)).select_from(source).where(self.where(belongs))

    def _shown(self, page: Select[Any], frame: Frame, lists: Sequence[WriteList]) -> Select[Any]:
        """The rows of a page with the linked rows that are joined to them, or the one text of all."""
        joins = frame.joins
        if not joins and frame.text is None:
            return page
        rows = page.subquery("page")
        source = _joined(rows, rows, joins)
        ordering = self.ordering.over(rows)
        if frame.text is not None:
            text = frame.text.of(self.base, rows, self.dialect, lists).label(PAGE_TEXT)
            texts = select(text).select_from(source).order_by(*ordering.order_by())
            return _in_one(texts) if self.dialect == "postgresql" else texts
        expressions = [rows.c[column.name] for column in self.columns(frame)]
        return (
            select(*expressions, *frame.joined_columns(self.dialect))
            .select_from(source)
            .order_by(*ordering.order_by(backwards=frame.from_back))
        )

    def count_statement(self, belongs: ColumnElement[bool]) -> Select[Any]:
        return select(func.count()).select_from(self.source(self.condition_tables)).where(self.where(belongs))

    def source(self, tables: frozenset[Table]) -> FromClause:
        return from_clause(self.catalogue, tables)

    def children_statement(self, belongs: Correlate, frame: Frame) -> Select[Any]:
        keys = key_table(self.dialect)
        parent_key = keys.key.label("parent_key")
        if self.dialect == "postgresql":
            child = self.page_statement(belongs(keys.key), frame, keys.clause).lateral("child")
            # Rows of a parent arrive in the order of its subquery: a nested loop is the one plan for LATERAL.
            return select(parent_key, child).select_from(keys.clause.join(child, true()))
        first = self.page_statement(belongs(keys.key), frame.without_joined(), keys.clause)
        own_key = [self.base.c[name] for name in row_key(self.catalogue)]
        is_first = and_(self.base.c.tenant == TENANT, tuple_(*own_key).in_(first.with_only_columns(*own_key)))
        # LEFT JOIN keeps SQLite from scanning the children first; the parents without any are dropped later.
        source = keys.clause.join(self.base, is_first, isouter=True)
        ordered = from_clause(self.catalogue, self.ordering.tables, source)
        if frame.text is None:
            columns = [*self.columns(frame), *frame.joined_columns(self.dialect)]
            order = self.ordering.order_by(backwards=frame.from_back)
        else:
            is_present = self.base.c[row_key(self.catalogue)[0]].is_not(None)
            text = case((is_present, frame.text.of(self.base, self.base, self.dialect)))
            columns = [text.label(PAGE_TEXT)]
            order = self.ordering.order_by()
        return (
            select(parent_key, *columns)
            .select_from(_joined(ordered, self.base, frame.joins))
            .order_by(keys.position, *order)
        )

    def child_counts_statement(self, belongs: Correlate) -> Select[Any]:
        keys = key_table(self.dialect)
        total = self.count_statement(belongs(keys.key)).correlate(keys.clause).scalar_subquery()
        return select(keys.key.label("parent_key"), total.label("total")).select_from(keys.clause)


def _argument_at_fault(query: ListQuery, catalogue: Catalogue, dialect: str) -> str:
    """The name of the argument with an invalid condition.

    It is the first one whose condition cannot be compiled alone, else the last argument.
    """
    *rest, last = query.names.condition
    if isinstance(query.condition, And):
        for name, part in zip(rest, query.condition.parts, strict=False):
            try:
                compile_condition(part, catalogue, dialect)
            except FilterError:
                return name
    return last


def _in_one(texts: Select[Any]) -> Select[Any]:
    """All texts in one, with commas between them; NULL without any.

    PostgreSQL adds them in the order of the subquery, as nothing is joined to it.
    """
    rows = texts.subquery("texts")
    return select(func.string_agg(rows.c[PAGE_TEXT], literal_column("','")).label(PAGE_TEXT))


def _joined(source: FromClause, rows: FromClause, joins: Sequence[Join]) -> FromClause:
    """The source, outer joined with linked rows."""
    for join in joins:
        source = source.outerjoin(join.table, join.on(rows, TENANT))
    return source
