"""Each read of the gateway is sent with many values, by callers that may read them."""

from benchmarks.workload.reads import READS
from benchmarks.workload.request import calls, trusted_headers
from benchmarks.workload.sampled_rows import segments_of_customers

FEWEST_VALUES = 20


def test_each_read_has_many_values() -> None:
    counts = {query: len({str(call) for call in calls(query, "gateway", trusted_headers)}) for query in READS}
    assert min(counts.values()) >= FEWEST_VALUES, counts


def test_own_reads_name_their_customer() -> None:
    for query, own in {
        "Q5": False,
        "Q6": True,
        "Q7": False,
        "R3": False,
        "R5": True,
        "R6": True,
        "R7": False,
    }.items():
        assert all(("x-customer" in call.headers) is own for call in calls(query, "gateway", trusted_headers))


def test_matched_segments_have_items() -> None:
    assert all(one.items for one in segments_of_customers())
