"""The verdict on a hostile run names every fault, and the attacks are what they say."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.hostile.attack import Attack
from benchmarks.hostile.attackers import ATTACKS
from benchmarks.hostile.honest import Observation
from benchmarks.hostile.verdict import Outcome, faults, report

LARGEST_REST_BODY = 10 * 1024 * 1024
LARGEST_GRAPHQL_BODY = 1_000_000


def observed(milliseconds: float, **statuses: int) -> Observation:
    return Observation(Counter({name[1:]: count for name, count in statuses.items()}), [milliseconds] * 200)


GOOD = Outcome(
    calm=observed(10, _200=200),
    attacked=observed(49, _200=200),
    attacks={"long cursor": {"400": 7}, "slow pattern": {"503": 1, "504": 2}},
    memory_before=100,
    memory=[100, 120, 120, 131],
)


def test_a_run_without_faults_is_well() -> None:
    assert faults(GOOD) == []
    assert report(GOOD).splitlines() == [
        "long cursor                              400: 7",
        "slow pattern                             503: 1, 504: 2",
        "",
        "honest clients, calm: 200 requests, p50 10.0 ms, p99 10.0 ms, 200: 200",
        "honest clients, attacked: 200 requests, p50 49.0 ms, p99 49.0 ms, 200: 200",
        "memory: 100 MB before, then by quarters 100, 120, 120, 131 MB, at most 131 MB",
        "",
        "All is well.",
    ]


@pytest.mark.parametrize(
    ("outcome", "fault"),
    [
        (replace(GOOD, memory=[100, 120, 120, 133]), "memory grew from 120 to 133 MB"),
        (replace(GOOD, attacked=observed(51, _200=200)), "the honest clients' p99 is 5.1 times the calm one"),
        (replace(GOOD, attacked=observed(10, _200=199, _503=1)), "honest clients got 503: 1"),
        (replace(GOOD, attacks={"long cursor": {"500": 1, "504": 1}}), "long cursor: 500: 1"),
    ],
)
def test_a_fault_is_named(outcome: Outcome, fault: str) -> None:
    assert faults(outcome) == [fault]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_is_repeatable_and_within_the_sizes_that_are_read(attack: Attack) -> None:
    call = attack.request(random.Random(1))
    assert call == attack.request(random.Random(1))
    largest = LARGEST_GRAPHQL_BODY if call.path == "/graphql" else LARGEST_REST_BODY
    assert len(call.body) <= largest
    assert sum(len(name) + len(value) for name, value in call.headers.items()) < 60 * 1024


def test_attacks_have_different_names() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
