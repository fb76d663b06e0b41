"""Unequal shares, as real shops have them: a few large segments; a few products that everybody wants."""

import random
from collections.abc import Sequence


def shares(total: int, holders: int, fewest: int, most: int, choice: random.Random) -> Sequence[int]:
    """How many each holder has: shares fall with the rank, `total` in all, in no particular order.

    Nobody has less than `fewest` or more than `most`.
    """
    weights = [1 / (rank + 10) for rank in range(holders)]
    spare = total - fewest * holders
    counts = [fewest + min(int(spare * weight / sum(weights)), most - fewest) for weight in weights]
    for index in range(
        total - sum(counts)
    ):  # what rounding and the ceiling left over, one each from the small end
        counts[-1 - index % (holders // 2)] += 1
    choice.shuffle(counts)
    return counts


def skewed_sample(population: int, count: int, choice: random.Random) -> set[int]:
    """Different numbers below `population`; small ones are wanted more than large ones."""
    chosen: set[int] = set()
    while len(chosen) < count:
        chosen.add(int(population * choice.random() ** 1.5))
    return chosen
