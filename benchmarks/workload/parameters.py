"""Which segments, sites and customers are asked for: many, so that nobody answers from a cache of one."""

import random
from functools import cache
from typing import Final

from benchmarks.dataset.rows import SITES, customer_id, segment_id
from benchmarks.dataset.size import BIG

VALUES: Final = 200
"""Different values of a query whose parameter has so many; for the sites it is all of them."""


@cache
def segment_ids() -> tuple[str, ...]:
    """For Q1 and R1."""
    choice = random.Random("segments to ask for")
    return tuple(segment_id(number) for number in choice.sample(range(BIG.segments), VALUES))


def sites() -> tuple[str, ...]:
    """For Q2, Q3 and R2."""
    return tuple(SITES)


@cache
def customer_ids() -> tuple[str, ...]:
    """For Q4. Customers with low numbers are in more segments than those with high ones."""
    choice = random.Random("customers to ask for")
    return tuple(customer_id(number) for number in choice.sample(range(BIG.customers), VALUES))
