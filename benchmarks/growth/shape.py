"""Shops of many sizes: a number of assignments, in one tenant or over many."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.dataset.size import Size

MANY: Final = 1_000
FEWEST: Final = 100
"""Assignments of a tenant: with fewer, a tenant has no list to read."""
SIZES: Final = (10_000, 100_000, 1_000_000, 5_000_000)


@dataclass(frozen=True, slots=True)
class Shape:
    """So many customer assignments, divided evenly among tenants."""

    assignments: int
    tenants: int

    @property
    def names(self) -> Iterator[str]:
        """The tenants."""
        return (f"shop{number:04}" for number in range(self.tenants))

    @property
    def measured(self) -> str:
        """The tenant in the middle: its rows are not the last ones that were written."""
        return f"shop{self.tenants // 2:04}"

    @property
    def size(self) -> Size:
        """The rows of each tenant, in the ratios of the data set of the other benchmarks."""
        each = self.assignments // self.tenants
        return Size(
            segments=max(4, each // 125),
            customers=max(60, each // 4),
            customer_assignments=each,
            products=max(40, each // 50),
            categories=max(20, min(2_000, each // 250)),
            item_assignments=max(48, each // 10),
            legal_entities=max(10, each // 100),
        )

    def __str__(self) -> str:
        tenants = "one tenant" if self.tenants == 1 else f"{self.tenants:,} tenants"
        return f"{self.assignments:,} in {tenants}"


def shapes(most: int) -> list[Shape]:
    """All shapes up to a number of assignments."""
    pairs = [(assignments, tenants) for assignments in SIZES for tenants in (1, MANY)]
    return [
        Shape(assignments, tenants)
        for assignments, tenants in pairs
        if assignments <= most and assignments // tenants >= FEWEST
    ]
