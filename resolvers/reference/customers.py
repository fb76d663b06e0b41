"""Lists of customers, with their filters, orders and visibility."""

from dataclasses import replace
from typing import Final

from sqlalchemy import and_, true

from models.filter.catalogue import Catalogue, Field, Kind, Link
from models.filter.tree import Path
from models.tables.customer_assignment import customer_assignment
from models.tables.reference import customer, customer_legal_entity, legal_entity
from resolvers.access import OWN_CUSTOMER, TENANT, Reader
from resolvers.reading.listing import RowList
from resolvers.visibility import sees_all

LEGAL_ENTITIES: Final = Link(
    path=("legalEntity",),
    owner=customer.c.id,
    table=customer_legal_entity,
    key=customer_legal_entity.c.customer_id,
    tenant=TENANT,
    joins={
        legal_entity: and_(
            legal_entity.c.tenant == customer_legal_entity.c.tenant,
            legal_entity.c.id == customer_legal_entity.c.legal_entity_id,
        )
    },
)
"""The legal entities that a customer may act for, known or not."""

CUSTOMERS: Final = Catalogue(
    name="customers",
    base=customer,
    fields=(
        Field(("id",), Kind.TEXT, customer.c.id),
        Field(("firstName",), Kind.TEXT, customer.c.first_name, nullable=True),
        Field(("lastName",), Kind.TEXT, customer.c.last_name, nullable=True),
        Field(("email",), Kind.TEXT, customer.c.email, nullable=True),
        Field(("mixins",), Kind.JSON, customer.c.mixins),
        Field(("legalEntity", "id"), Kind.TEXT, customer_legal_entity.c.legal_entity_id, link=LEGAL_ENTITIES),
        Field(
            ("legalEntity", "name"),
            Kind.TEXT,
            legal_entity.c.name,
            (legal_entity,),
            nullable=True,
            link=LEGAL_ENTITIES,
        ),
        Field(
            ("legalEntity", "mixins"), Kind.JSON, legal_entity.c.mixins, (legal_entity,), link=LEGAL_ENTITIES
        ),
    ),
    aliases={("legalEntityId",): ("legalEntity", "id")},
    keys=(("id",),),
    joins={},
)


IN_SEGMENT: Final[Path] = ("inSegment",)
ASSIGNMENTS: Final = Link(
    path=IN_SEGMENT,
    owner=customer.c.id,
    table=customer_assignment,
    key=customer_assignment.c.customer_id,
    tenant=TENANT,
    joins={},
)
ASSIGNED_CUSTOMERS: Final = replace(
    CUSTOMERS,
    fields=(
        *CUSTOMERS.fields,
        Field(IN_SEGMENT, Kind.TEXT, customer_assignment.c.segment_id, link=ASSIGNMENTS),
    ),
)
"""Customers, with the segments that they are assigned to, on behalf of any legal entity or of none.

Not for the own view: it would tell of hidden segments.
"""


def customers(reader: Reader) -> RowList:
    """The known customers visible to the caller.

    In the own view it is only the caller. Raises Forbidden.
    """
    is_all = sees_all(reader)
    return RowList(
        reader,
        "customers",
        ASSIGNED_CUSTOMERS if is_all else CUSTOMERS,
        lambda: true() if is_all else customer.c.id == OWN_CUSTOMER,
    )
