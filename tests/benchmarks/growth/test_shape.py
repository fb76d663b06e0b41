"""Each shape has the assignments that its name says, in every tenant alike."""

import pytest

from benchmarks.dataset.rows import rows_of
from benchmarks.growth.shape import Shape, shapes
from models.tables.customer_assignment import customer_assignment


@pytest.mark.parametrize(
    "shape",
    [Shape(10_000, 1), Shape(100_000, 1_000), Shape(1_000_000, 1_000), Shape(5_000_000, 1_000)],
    ids=str,
)
def test_a_tenant_has_its_share_of_the_assignments(shape: Shape) -> None:
    rows = dict(rows_of(shape.measured, shape.size))[customer_assignment]
    assert sum(1 for _ in rows) * shape.tenants == shape.assignments


def test_the_measured_tenant_is_one_of_them() -> None:
    for shape in shapes(5_000_000):
        assert list(shape.names).count(shape.measured) == 1


def test_shapes_grow_up_to_the_most() -> None:
    assert [str(shape) for shape in shapes(1_000_000)] == [
        "10,000 in one tenant",
        "100,000 in one tenant",
        "100,000 in 1,000 tenants",
        "1,000,000 in one tenant",
        "1,000,000 in 1,000 tenants",
    ]
