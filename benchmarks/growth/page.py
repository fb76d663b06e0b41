"""The table of a growth report: a column for each shape."""

from collections.abc import Sequence

from benchmarks.growth.run import LOADED, Figures


def growth_table(measured: Sequence[Figures]) -> str:
    """A row for each figure."""
    rows = [
        ["", *(str(one.shape) for one in measured)],
        ["---", *("---:" for _ in measured)],
        *(
            [f"{name}, p50 / p99 ms (statements)", *(str(one.asked.latency[name]) for one in measured)]
            for name in measured[0].asked.latency
        ),
        ["memory of the server, MB", *(f"{one.asked.memory_mb:.0f}" for one in measured)],
        ["on disk, MB", *(f"{one.made.disk_mb:,.0f}" for one in measured)],
        ["filling by COPY or `executemany`, s", *(f"{one.made.fill_seconds:.0f}" for one in measured)],
        ["migrations 7 to 12 after that, s", *(f"{one.made.migrate_seconds:.1f}" for one in measured)],
        [f"`load` of {LOADED:,} more, s", *(f"{one.moved.load_seconds:.1f}" for one in measured)],
        ["`export` of the measured tenant, s", *(f"{one.moved.export_seconds:.1f}" for one in measured)],
        ["records in that export", *(f"{one.moved.exported:,}" for one in measured)],
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
