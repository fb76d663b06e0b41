"""The members of assignments, and what their lists filter and sort by."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Table, and_, func

from models.filter.catalogue import METADATA_ALIASES, Catalogue, Field, Kind
from models.tables.customer_assignment import customer_assignment
from models.tables.group_assignment import group_assignment
from models.tables.item_assignment import item_assignment
from models.tables.reference import category, customer, customer_group, legal_entity, product
from resolvers.declaration.derived import fields_of
from resolvers.declaration.member import Choice, Metadata, Mixins

ASSIGNMENT_TYPES: Final = ("MANUAL", "AUTOMATIC")

ITEM_CONTENT: Final = (Mixins(), Metadata())
GROUP_CONTENT: Final = ITEM_CONTENT
CUSTOMER_CONTENT: Final = (
    Choice(
        name="assignmentType",
        column="assignment_type",
        choices=ASSIGNMENT_TYPES,
        default="MANUAL",
        response="Whether somebody made the assignment or a rule did.",
    ),
    Mixins(),
    Metadata(),
)


def _of_customer(name: str, column: ColumnElement[Any]) -> Field:
    return Field(("customer", name), Kind.TEXT, column, joined=(customer,), nullable=True)


CUSTOMER_ASSIGNMENTS: Final = Catalogue(
    name="customer assignments",
    base=customer_assignment,
    fields=(
        Field(("customer", "id"), Kind.TEXT, customer_assignment.c.customer_id),
        _of_customer("firstName", customer.c.first_name),
        _of_customer("lastName", customer.c.last_name),
        _of_customer("email", customer.c.email),
        Field(
            ("legalEntity", "id"),
            Kind.TEXT,
            customer_assignment.c.legal_entity_id,
            empty_is_absent=True,
        ),
        Field(("legalEntity", "name"), Kind.TEXT, legal_entity.c.name, (legal_entity,), nullable=True),
        *fields_of(CUSTOMER_CONTENT, customer_assignment),
    ),
    aliases={
        ("customerId",): ("customer", "id"),
        ("legalEntityId",): ("legalEntity", "id"),
        **METADATA_ALIASES,
    },
    keys=(("customer", "id"), ("legalEntity", "id")),
    joins={
        customer: and_(
            customer.c.tenant == customer_assignment.c.tenant,
            customer.c.id == customer_assignment.c.customer_id,
        ),
        legal_entity: and_(
            legal_entity.c.tenant == customer_assignment.c.tenant,
            legal_entity.c.id == customer_assignment.c.legal_entity_id,
        ),
    },
)


def _of_item(name: str, kind: Kind) -> Field:
    """Only one of the two tables has a row, as the joins look at the item's type."""
    column = func.coalesce(product.c[name], category.c[name])
    return Field(("item", name), kind, column, joined=(product, category), nullable=True)


def _is_item(table: Table, type_: str) -> ColumnElement[bool]:
    return and_(
        item_assignment.c.type == type_,
        table.c.tenant == item_assignment.c.tenant,
        table.c.id == item_assignment.c.item_id,
    )


ITEM_ASSIGNMENTS: Final = Catalogue(
    name="item assignments",
    base=item_assignment,
    fields=(
        Field(("segmentId",), Kind.TEXT, item_assignment.c.segment_id),
        Field(
            ("item", "id"),
            Kind.TEXT,
            item_assignment.c.item_id,
            always=item_assignment.c.type.in_(["PRODUCT", "CATEGORY"]),
        ),
        _of_item("code", Kind.TEXT),
        _of_item("name", Kind.LOCALIZED),
        Field(("type",), Kind.TEXT, item_assignment.c.type),
        *fields_of(ITEM_CONTENT, item_assignment),
    ),
    aliases={("itemId",): ("item", "id"), **METADATA_ALIASES},
    keys=(("segmentId",), ("type",), ("item", "id")),
    joins={product: _is_item(product, "PRODUCT"), category: _is_item(category, "CATEGORY")},
)


GROUP_ASSIGNMENTS: Final = Catalogue(
    name="group assignments",
    base=group_assignment,
    fields=(
        Field(("segmentId",), Kind.TEXT, group_assignment.c.segment_id),
        Field(("group", "id"), Kind.TEXT, group_assignment.c.group_id),
        Field(
            ("group", "name"), Kind.LOCALIZED, customer_group.c.name, joined=(customer_group,), nullable=True
        ),
        *fields_of(GROUP_CONTENT, group_assignment),
    ),
    aliases={("groupId",): ("group", "id"), **METADATA_ALIASES},
    keys=(("group", "id"),),
    joins={
        customer_group: and_(
            customer_group.c.tenant == group_assignment.c.tenant,
            customer_group.c.id == group_assignment.c.group_id,
        )
    },
)
