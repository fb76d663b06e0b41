"""Lists of customers: what they filter and sort by, and who sees whom."""

from typing import Final

from sqlalchemy import and_, true

from models.filter.catalogue import Catalogue, Field, Kind, Link
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


def customers(reader: Reader) -> RowList:
    """The known customers that the caller may see: all, or in the own view the caller. Raises Forbidden."""
    everybody = sees_all(reader)
    return RowList(
        reader,
        "customers",
        CUSTOMERS,
        lambda: true() if everybody else customer.c.id == OWN_CUSTOMER,
    )
