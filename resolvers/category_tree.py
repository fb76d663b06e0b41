"""The category forest that follows from a customer's segments (behaviour D43)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import CTE, ColumnElement, Select, and_, bindparam, select

from models.sql.prepared import Row
from models.sql.probe import with_row
from models.sql.selection import Wanted, selected
from models.tables.columns import PlainText
from models.tables.reference import category
from models.tables.segment import segment
from resolvers.access import OWN_CUSTOMER, SITE_CODE, TENANT, Reader
from resolvers.caller import Scope
from resolvers.membership import has_customer
from resolvers.reading.assigned import assigned_categories
from resolvers.values.text import require_short, require_short_site
from resolvers.visibility import is_active, own_view

CUSTOMER: Final = bindparam("customer", type_=PlainText)
NODE_COLUMNS: Final = frozenset({"id", "parent_id", "code", "position"})
MAXIMUM_LEVELS: Final = 100
"""A branch deeper than this goes on as another tree, whose root names its parent: JSON writers and
readers nest no deeper than about 250 levels, and each category takes two."""


@dataclass(frozen=True, slots=True)
class CategoryNode:
    """A category in the forest. `row` has the columns of the table `category`, None where it is unknown.

    `continues` is the category, in another tree, below which this one lies too deep to be shown there.
    """

    id: str
    row: Row | None
    is_segment_assigned: bool
    subcategories: list["CategoryNode"] = field(default_factory=list)
    continues: str | None = None

    @property
    def parent_id(self) -> str | None:
        return None if self.row is None else self.row["parent_id"]

    @property
    def code(self) -> str:
        """The shop's own code, or the id where there is none: the contract demands a code."""
        code = None if self.row is None else self.row["code"]
        return code if code and code.strip() else self.id

    @property
    def rank(self) -> tuple[bool, int, str]:
        """By position, those without one last, then by id."""
        position = None if self.row is None else self.row["position"]
        return (position is None, position or 0, self.id)


async def category_trees(
    reader: Reader,
    *,
    site_code: str | None = None,
    legal_entity_id: str | None = None,
    customer_id: str | None = None,
    columns: Collection[Wanted] = (),
) -> list[CategoryNode]:
    """The categories assigned to the customer's active segments, under their ancestors.

    Their rows have all columns, unless some are named, and in any case those of `CategoryNode`.

    The customer is the caller, or for who has segment_read the one named. Needs segment_read_own
    for the caller's own forest.
    """
    if customer_id is None:
        reader = own_view(reader)
    else:
        reader.caller.require(Scope.READ)
        require_short([customer_id], ("customerId",))
    require_short_site(site_code)
    reader = reader.acting_for(legal_entity_id)
    is_own, of_site = customer_id is None, site_code is not None
    row_columns = frozenset(columns).union(NODE_COLUMNS) if columns else frozenset()

    def build() -> Select[Any]:
        assigned = _assigned_categories(reader, OWN_CUSTOMER if is_own else CUSTOMER, of_site=of_site)
        return _branches_with_rows(assigned, row_columns, reader.snapshot.dialect)

    statement = reader.prepared(("category trees", is_own, of_site, row_columns), build)
    return _forest(await reader.rows(statement, customer=customer_id, site_code=site_code))


def _branches_with_rows(assigned: CTE, columns: Collection[Wanted], dialect: str) -> Select[Any]:
    """The assigned categories and all their ancestors, with what is known of them."""
    branch = branches(assigned)
    is_assigned = branch.c.id.in_(select(assigned.c.id)).label("is_segment_assigned")
    has_id = and_(category.c.tenant == TENANT, category.c.id == branch.c.id)
    source, categories = with_row(branch, category, has_id, dialect)
    row_columns = selected(categories, columns, dialect)
    rows = select(branch.c.id.label("branch_id"), is_assigned, *row_columns)
    return rows.select_from(source).where(branch.c.id.is_not(None))


def _assigned_categories(reader: Reader, customer_id: ColumnElement[str], *, of_site: bool) -> CTE:
    segments = select(segment.c.id).where(
        segment.c.tenant == TENANT,
        is_active(reader),
        has_customer(reader, customer_id),
    )
    if of_site:
        segments = segments.where(segment.c.site_code == SITE_CODE)
    return assigned_categories(segments).cte("assigned")


def branches(assigned: CTE) -> CTE:
    """The ids of the assigned categories and of all their ancestors; a cycle of parents ends it too.

    NULL may be among them, the parent of a root. Each parent is a scalar subquery, because a join would
    let the databases begin with all categories of the tenant.
    """
    branch = select(assigned.c.id).cte("branch", recursive=True)
    parent = select(category.c.parent_id).where(category.c.tenant == TENANT, category.c.id == branch.c.id)
    return branch.union(select(parent.scalar_subquery()).select_from(branch))


def _forest(rows: Iterable[Row]) -> list[CategoryNode]:
    nodes = {
        row["branch_id"]: CategoryNode(
            row["branch_id"], row if row["id"] is not None else None, row["is_segment_assigned"]
        )
        for row in rows
        if row["id"] is not None or row["is_segment_assigned"]
    }
    children: dict[str, list[CategoryNode]] = defaultdict(list)
    parents: dict[str, str] = {}
    roots: list[CategoryNode] = []
    for node in nodes.values():
        if node.parent_id is None or node.parent_id not in nodes:
            roots.append(node)
        else:
            parents[node.id] = node.parent_id
            children[node.parent_id].append(node)
    visited: set[str] = set()
    trees = _grown(roots, children, visited)
    for node_id in nodes:
        if node_id not in visited:  # no root leads there: above it parents go round in a circle
            trees += _grown([nodes[_first_of_circle(node_id, parents)]], children, visited)
    return sorted(trees, key=lambda node: node.rank)


def _first_of_circle(node_id: str, parents: Mapping[str, str]) -> str:
    """Of the circle that the node's parents lead into, the smallest id, so that it is always cut there."""
    way = [node_id]
    while (above := parents[way[-1]]) not in way:
        way.append(above)
    return min(way[way.index(above) :])


def _grown(
    roots: list[CategoryNode], children: Mapping[str, list[CategoryNode]], visited: set[str]
) -> list[CategoryNode]:
    """The roots with all that is below them, each node once; what lies too deep becomes a root as well."""
    trees: list[CategoryNode] = []
    while roots:
        trees += roots
        visited.update(root.id for root in roots)
        level = roots
        for _ in range(MAXIMUM_LEVELS - 1):
            for node in level:
                node.subcategories.extend(_unreached(node, children, visited))
            level = [child for node in level for child in node.subcategories]
        roots = [
            replace(child, continues=node.id)
            for node in level
            for child in _unreached(node, children, visited)
        ]
    return trees


def _unreached(
    node: CategoryNode, children: Mapping[str, list[CategoryNode]], visited: set[str]
) -> list[CategoryNode]:
    new = [child for child in children.get(node.id, ()) if child.id not in visited]
    visited.update(child.id for child in new)
    return sorted(new, key=lambda child: child.rank)
