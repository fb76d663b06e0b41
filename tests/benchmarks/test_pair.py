"""Two gateways that get the same requests in turns."""

import pytest

from benchmarks.pair.comparison import Comparison, Round, table
from benchmarks.pair.workload import Workload


def _comparison(*with_it: float, most: float | None = 0.05) -> Comparison:
    without = [Round(each_ms=one, cpu_ms=1) for one in (10, 30, 20)]
    return Comparison(
        Workload("Q3", [], most=most), without, [Round(each_ms=one, cpu_ms=2) for one in with_it]
    )


def test_the_table_has_medians_of_rounds_that_were_side_by_side() -> None:
    assert table([_comparison(11, 30, 24), _comparison(10, 36, 19, most=None)], "rules") == (
        "| request | ms without rules | with rules | longer by | half of the rounds | at most "
        "| CPU ms without rules | with rules |\n"
        "|---|---:|---:|---:|---|---:|---:|---:|\n"
        "| Q3 | 20.00 | 24.00 | +10.0% | +5.0% to +15.0% | 5% | 1.000 | 2.000 |\n"
        "| Q3 | 20.00 | 19.00 | +0.0% | -2.5% to +10.0% |  | 1.000 | 2.000 |"
    )


def test_one_round_is_its_own_middle_half() -> None:
    one = Comparison(Workload("Q3", []), [Round(10, 1)], [Round(12, 1)])
    assert one.middle_half == (one.slower, one.slower)


@pytest.mark.parametrize(
    ("factor", "most", "is_too_slow"), [(1.06, 0.05, True), (1.04, 0.05, False), (3, None, False)]
)
def test_a_request_is_too_slow_beyond_its_bound(factor: float, most: float | None, is_too_slow: bool) -> None:
    slower = [factor * one for one in (10, 30, 20)]
    assert _comparison(*slower, most=most).is_too_slow is is_too_slow
