"""Two gateways that get the same requests in turns."""

import pytest

from benchmarks.pair.comparison import Comparison, Round, table
from benchmarks.pair.workload import Workload


def _comparison(*with_it: float, most: float | None = 0.05) -> Comparison:
    without = [Round(each_ms=one, cpu_ms=1) for one in (10, 30, 20)]
    return Comparison(
        Workload("Q3", [], most=most), without, [Round(each_ms=one, cpu_ms=2) for one in with_it]
    )


def test_the_table_has_medians() -> None:
    assert table([_comparison(25, 19, 22), _comparison(20, most=None)], "rules") == (
        "| request | ms without rules | with rules | longer by | at most "
        "| CPU ms without rules | with rules |\n"
        "|---|---:|---:|---:|---:|---:|---:|\n"
        "| Q3 | 20.00 | 22.00 | +10% | 5% | 1.00 | 2.00 |\n"
        "| Q3 | 20.00 | 20.00 | +0% |  | 1.00 | 2.00 |"
    )


@pytest.mark.parametrize(
    ("milliseconds", "most", "is_too_slow"), [(21.5, 0.05, True), (20.5, 0.05, False), (60, None, False)]
)
def test_a_request_is_too_slow_beyond_its_bound(
    milliseconds: float, most: float | None, is_too_slow: bool
) -> None:
    assert _comparison(milliseconds, most=most).is_too_slow is is_too_slow
