"""The table has a column for each shape and a row for each figure."""

from benchmarks.growth.latency import Latency
from benchmarks.growth.page import growth_table
from benchmarks.growth.run import Asked, Figures, Made, Moved
from benchmarks.growth.shape import Shape


def figures(shape: Shape) -> Figures:
    return Figures(
        shape,
        Made(migrate_seconds=1.25, fill_seconds=60.4, disk_mb=1_234.5),
        Asked({"Q1": Latency(1.24, 5.05, 3.0)}, memory_mb=120.4),
        Moved(export_seconds=2.0, exported=12_345, load_seconds=3.0),
    )


def test_each_shape_is_a_column() -> None:
    table = growth_table([figures(Shape(10_000, 1)), figures(Shape(100_000, 1_000))])
    assert table.splitlines() == [
        "|  | 10,000 in one tenant | 100,000 in 1,000 tenants |",
        "| --- | ---: | ---: |",
        "| Q1, p50 / p99 ms (statements) | 1.2 / 5.0 (3) | 1.2 / 5.0 (3) |",
        "| memory of the server, MB | 120 | 120 |",
        "| on disk, MB | 1,234 | 1,234 |",
        "| filling by COPY or `executemany`, s | 60 | 60 |",
        "| migrations 7 to 12 after that, s | 1.2 | 1.2 |",
        "| `load` of 20,000 more, s | 3.0 | 3.0 |",
        "| `export` of the measured tenant, s | 2.0 | 2.0 |",
        "| records in that export | 12,345 | 12,345 |",
    ]
