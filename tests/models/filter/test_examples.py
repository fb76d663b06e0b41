"""Forty filters, each with its meaning (behaviour "Filters")."""

from datetime import UTC, datetime
from typing import Any

import pytest

from models.connection.database import Database
from models.filter.catalogue import Catalogue
from models.filter.compile import compile_condition
from models.filter.errors import FilterError
from models.filter.parse import parse_q
from models.tables.customer_assignment import customer_assignment
from models.tables.item_assignment import item_assignment
from models.tables.reference import category, customer, legal_entity, product
from models.tables.segment import segment
from resolvers.assignment_members import CUSTOMER_ASSIGNMENTS, ITEM_ASSIGNMENTS
from resolvers.segment.members import SEGMENTS
from tests.models.filter.shop import ASSIGNED, NEW_YEAR, SEGMENT, keys_where, store

MAY = datetime(2024, 5, 1, tzinfo=UTC)
JUNE = datetime(2024, 6, 1, tzinfo=UTC)
ENDED = datetime(2024, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)

SEGMENTS_STORED = [
    {
        **SEGMENT,
        "id": "628cd20c",
        "name": {"en": "Golden", "de": "Gold"},
        "mixins": {"loyalty": {"tier": "GOLD", "points": 150, "vip": True, "code": "20"}},
        "version": 1,
    },
    {
        **SEGMENT,
        "id": "61ge81e1",
        "name": {"en": "Golden Segment"},
        "description": {"en": "All that glitters"},
        "site_code": "other",
        "mixins": {"loyalty": {"tier": "GOLD", "points": 100, "vip": "true", "code": 20}},
        "version": 2,
        "created_at": MAY,
        "valid_to": ENDED,
    },
    {
        **SEGMENT,
        "id": "erp_1",
        "name": {"de": "Silber"},
        "description": {"de": "Alle anderen"},
        "status": "INACTIVE",
        "mixins": {"loyalty": {"tier": "SILVER", "points": 500, "vip": False}},
        "version": 3,
        "created_at": JUNE,
        "valid_to": datetime(2025, 1, 1, tzinfo=UTC),
    },
    {
        **SEGMENT,
        "id": "erp_2",
        "name": {"en": "Marigold"},
        "status": "INACTIVE",
        "version": 5,
        "created_at": JUNE,
    },
]
ALL = ["61ge81e1", "628cd20c", "erp_1", "erp_2"]
CREATED_IN_MAY = 'metadata.createdAt:(>="2024-05-01T00:00:00.000Z" AND <"2024-06-01T00:00:00.000Z")'


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("siteCode:main", ["628cd20c", "erp_1", "erp_2"]),
        ("status:ACTIVE siteCode:main", ["628cd20c"]),
        ("name.en:Golden", ["628cd20c"]),
        ('name.en:"Golden Segment"', ["61ge81e1"]),
        ("name.en:~Gold", ["61ge81e1", "628cd20c"]),
        ("name.en:(~Golden Seg)", ["61ge81e1"]),
        ("name.en:~(Golden Seg)", ["61ge81e1"]),
        ("name.en:~((?i)gold)", ["61ge81e1", "628cd20c", "erp_2"]),
        ("id:~^erp_", ["erp_1", "erp_2"]),
        ("name.de:null", ["61ge81e1", "erp_2"]),
        ("description:missing", ["628cd20c", "erp_2"]),
        ("description.en:exists", ["61ge81e1"]),
        ("id:(628cd20c,61ge81e1)", ["61ge81e1", "628cd20c"]),
        ("id:in(628cd20c, 61ge81e1)", ["61ge81e1", "628cd20c"]),
        ('status:("ACTIVE","INACTIVE")', ALL),
        ("metadata.version:3", ["erp_1"]),
        ("metadata.version:>=2", ["61ge81e1", "erp_1", "erp_2"]),
        ("metadata.version:(>=2 AND <5)", ["61ge81e1", "erp_1"]),
        (CREATED_IN_MAY, ["61ge81e1"]),
        ('validity.to:<"2025-01-01T00:00:00Z"', ["61ge81e1"]),
        ("validity.to:null", ["628cd20c", "erp_2"]),
        ("mixins.loyalty:exists", ["61ge81e1", "628cd20c", "erp_1"]),
        ("mixins.loyalty.tier:GOLD mixins.loyalty.points:>100", ["628cd20c"]),
        ("mixins.loyalty.vip:true", ["61ge81e1", "628cd20c"]),
        ('mixins.loyalty.code:"20"', ["628cd20c"]),
        ("mixins.loyalty.code:20", ["61ge81e1", "628cd20c"]),
        ("status:ACTIVE status:INACTIVE", []),
        ("name:Golden", ["628cd20c"]),
        ("name:~^S", ["erp_1"]),
        ("name:exists", ALL),
        ("_id:erp_1", ["erp_1"]),
        ("metadataCreatedAt:2024-05-01", ["61ge81e1"]),
        ("", ALL),
        ("  ", ALL),
    ],
)
async def test_segments(database: Database, tenant: str, q: str, found: list[str]) -> None:
    await store(database, tenant, segment, SEGMENTS_STORED)
    assert await keys_where(database, tenant, SEGMENTS, parse_q(q)) == found


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("assignmentType:MANUAL", ["98029737/", "98029737/le2", "c2/"]),
        ("customer.id:98029737", ["98029737/", "98029737/le2"]),
        (r"customer.email:~@example\.com$", ["98029737/", "98029737/le2"]),
        ("legalEntity.id:null", ["98029737/", "c2/"]),
        ("legalEntity.id:exists", ["98029737/le2", "c2/le1"]),
        ("legalEntity.id:<le2", ["c2/le1"]),
        ('legalEntity.id:""', []),
        ('legalEntity.id:(le1,le2) customer.lastName:"Two Words"', ["98029737/le2"]),
        ("customerId:c2 legalEntityId:le1", ["c2/le1"]),
        ("legalEntity.name:ACME", ["c2/le1"]),
        ("customer.email:missing", ["c2/", "c2/le1"]),
    ],
)
async def test_customers(database: Database, tenant: str, q: str, found: list[str]) -> None:
    await store(database, tenant, segment, [{**SEGMENT, "id": "s1"}])
    await store(
        database,
        tenant,
        customer,
        [
            {"id": "98029737", "first_name": "A", "last_name": "Two Words", "email": "a@example.com"},
            {"id": "c2", "first_name": "B", "last_name": "Word", "email": None},
        ],
    )
    await store(database, tenant, legal_entity, [{"id": "le1", "name": "ACME"}])
    assignments = [
        ("98029737", "", "MANUAL"),
        ("98029737", "le2", "MANUAL"),
        ("c2", "", "MANUAL"),
        ("c2", "le1", "AUTOMATIC"),
    ]
    await store(
        database,
        tenant,
        customer_assignment,
        [
            {
                **ASSIGNED,
                "segment_id": "s1",
                "customer_id": customer_id,
                "legal_entity_id": legal_entity_id,
                "assignment_type": assignment_type,
            }
            for customer_id, legal_entity_id, assignment_type in assignments
        ],
    )
    assert await keys_where(database, tenant, CUSTOMER_ASSIGNMENTS, parse_q(q)) == found


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("type:PRODUCT", ["s1/PRODUCT/p1", "s1/PRODUCT/unknown", "s2/PRODUCT/p1", "s3/PRODUCT/p2"]),
        (
            "type:PRODUCT segmentId:(s1,s2)",
            ["s1/PRODUCT/p1", "s1/PRODUCT/unknown", "s2/PRODUCT/p1"],
        ),
        ('item.code:"123"', ["s1/PRODUCT/p1", "s2/PRODUCT/p1"]),
        ("item.name.en:~Hammer", ["s1/PRODUCT/p1", "s2/CATEGORY/p1", "s2/PRODUCT/p1"]),
        ("item.name:Marteau", ["s2/CATEGORY/p1"]),
        ("item.name:missing", ["s1/PRODUCT/unknown", "s3/CATEGORY/p9"]),
        ('type:CATEGORY metadata.modifiedAt:>"2024-10-01"', ["s2/CATEGORY/p1"]),
        ("itemId:p2", ["s3/PRODUCT/p2"]),
    ],
)
async def test_items(database: Database, tenant: str, q: str, found: list[str]) -> None:
    await store(database, tenant, segment, [{**SEGMENT, "id": id_} for id_ in ("s1", "s2", "s3")])
    await store(
        database,
        tenant,
        product,
        [
            {"id": "p1", "code": "123", "name": {"en": "Hammer"}},
            {"id": "p2", "code": None, "name": {"en": "Saw"}},
        ],
    )
    texts: dict[str, Any] = {"description": {}, "slug": {}, "ecn": []}
    await store(
        database,
        tenant,
        category,
        [{"id": "p1", "code": "tools", "name": {"en": "Hammers", "fr": "Marteau"}, **texts}],
    )
    assignments = [
        ("s1", "PRODUCT", "p1", MAY),
        ("s1", "PRODUCT", "unknown", MAY),
        ("s2", "PRODUCT", "p1", MAY),
        ("s2", "CATEGORY", "p1", datetime(2024, 10, 1, 0, 0, 0, 1000, tzinfo=UTC)),
        ("s3", "CATEGORY", "p9", datetime(2024, 10, 1, tzinfo=UTC)),
        ("s3", "PRODUCT", "p2", NEW_YEAR),
    ]
    await store(
        database,
        tenant,
        item_assignment,
        [
            {
                **ASSIGNED,
                "segment_id": segment_id,
                "type": type_,
                "item_id": item_id,
                "modified_at": modified_at,
            }
            for segment_id, type_, item_id, modified_at in assignments
        ],
    )
    assert await keys_where(database, tenant, ITEM_ASSIGNMENTS, parse_q(q)) == found


@pytest.mark.parametrize(
    ("q", "key", "message"),
    [
        ("nosuchfield:1", "nosuchfield", "There is no field 'nosuchfield' in segments. Fields: id, name[."),
        ("nosuchfield:missing", "nosuchfield", "There is no field 'nosuchfield' in segments."),
        ("name.en.x:1", "name.en.x", "There is no field 'name.en.x' in segments."),
        ("active", "active", "No value for key active: it is a clause without a colon."),
        ("name.en:Golden Segment", "Segment", "No value for key Segment: it is a clause without a colon."),
        ("name.en:", "name.en", "No value for key name.en."),
        ("name.en: id:1", "name.en", "No value for key name.en."),
        ("id:()", "id", "The list of key id is empty."),
        ("id:(a,,b)", "id", "The list of key id has an empty element."),
        ("id:(a,b", "id", "The parenthesis in the value of key id is not closed."),
        ("name.en:(~)", "name.en", "name.en: A regular expression must not be empty."),
        ("name.en:~[", "name.en", "name.en: The regular expression is not valid at character 2: a bracket"),
        ("metadata.version:~[", "metadata.version", "metadata.version: The regular expression is not valid"),
        ("metadata.version:>abc", "metadata.version", "metadata.version: 'abc' is not a number."),
        ('metadata.createdAt:>"soon"', "metadata.createdAt", "metadata.createdAt: 'soon' is not a time."),
        (
            "compoundLogicalQuery:((status:ACTIVE) OR (siteCode:main))",
            "compoundLogicalQuery",
            "compoundLogicalQuery: OR is not supported.",
        ),
        ("compoundLogicalQuery:x", "compoundLogicalQuery", "compoundLogicalQuery: OR is not supported."),
        ("metadata.version:(>=1 OR <=0)", "metadata.version", "metadata.version: OR is not supported."),
        ("status:ACTIVE OR siteCode:main", "OR", "OR: OR is not supported."),
        ("status:ACTIVE AND siteCode:main", "AND", "AND: leave it out"),
        ('name.en:"Golden', "name.en", "The double quote in the value of key name.en is not closed."),
    ],
)
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_refused(q: str, key: str, message: str, dialect: str) -> None:
    with pytest.raises(FilterError) as refusal:
        _compile(q, SEGMENTS, dialect)
    assert refusal.value.message.startswith(message)
    assert refusal.value.key == key
    assert refusal.value.position is not None


def _compile(q: str, catalogue: Catalogue, dialect: str) -> None:
    condition = parse_q(q)
    assert condition is not None
    compile_condition(condition, catalogue, dialect)
