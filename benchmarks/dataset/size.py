"""How large the shops are: a big one that is measured, and small ones that share its tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Size:
    """Rows of one tenant, by table."""

    segments: int
    customers: int
    customer_assignments: int
    products: int
    categories: int
    item_assignments: int
    legal_entities: int


BIG: Final = Size(
    segments=2_000,
    customers=100_000,
    customer_assignments=500_000,
    products=50_000,
    categories=2_000,
    item_assignments=200_000,
    legal_entities=5_000,
)
SMALL: Final = Size(
    segments=20,
    customers=500,
    customer_assignments=1_500,
    products=200,
    categories=20,
    item_assignments=600,
    legal_entities=25,
)
SMALL_TENANTS: Final = 20
TENANT: Final = "bigshop"
"""The tenant that is measured."""


def tenants() -> Iterator[tuple[str, Size]]:
    """Every tenant, the big one in the middle: as in life, it was not the first to come."""
    for number in range(1, SMALL_TENANTS + 1):
        yield f"small{number:02}", SMALL
        if number == SMALL_TENANTS // 2:
            yield TENANT, BIG
