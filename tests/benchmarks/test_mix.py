"""The mix of a soak and of honest clients has each query as often as its share says."""

import random
from collections import Counter

import pytest

from benchmarks.runners.gateway import RUNNERS
from benchmarks.runners.runner import Runner
from benchmarks.soak import SHARES, mixed_calls


@pytest.mark.parametrize("runner", RUNNERS, ids=[runner.name for runner in RUNNERS])
def test_every_query_with_a_share_is_in_the_mix(runner: Runner) -> None:
    kinds = Counter(call.method for call in mixed_calls(runner, random.Random(1)))
    shares = {query: SHARES[query] for query in runner.queries if query in SHARES}
    assert kinds["POST"] == 20 * sum(share for query, share in shares.items() if query.startswith("Q"))
    assert kinds["GET"] == 20 * sum(share for query, share in shares.items() if query.startswith("R"))
