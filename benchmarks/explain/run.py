"""Asks the random questions in several processes, each in shops of its own."""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context
from random import Random
from time import perf_counter
from typing import Final

from benchmarks.explain.agreement import Agreement, agreement
from benchmarks.explain.shop import random_shop, store
from benchmarks.measure.database import empty_database
from benchmarks.places import DatabaseKind
from models.connection.database import Database
from models.migrate import migrate

DATABASE: Final = "segments_explain"
OF_A_SHOP: Final = 10_000
"""Questions about one shop."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What all processes found, and how long it took."""

    asked: int
    yes: int
    differences: Sequence[str]
    seconds: float

    @property
    def text(self) -> str:
        """The same for people."""
        asked = f"{self.asked:,} random questions, {self.yes:,} of them answered yes"
        summary = f"{asked}, in {self.seconds:.0f} s: {len(self.differences):,} differences"
        return "\n".join([summary, *self.differences[:20]])


async def compare_answers(kind: DatabaseKind, questions: int, minutes: float) -> Outcome:
    """Explanations beside answers and the oracle, on a database of that kind: as many as the time lets."""
    url = await empty_database(kind, DATABASE)
    database = Database(url)
    await migrate(database)
    await database.close()
    parts = [OF_A_SHOP] * (questions // OF_A_SHOP) + [questions % OF_A_SHOP]
    began = perf_counter()
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        asked = [pool.submit(_compare, url, seed, part) for seed, part in enumerate(parts) if part]
        await asyncio.to_thread(wait, asked, 60 * minutes)
        begun = [one for one in asked if not one.cancel()]
        agreements = [one.result() for one in begun]
    return Outcome(
        sum(one.asked for one in agreements),
        sum(one.yes for one in agreements),
        [text for one in agreements for text in one.differences],
        perf_counter() - began,
    )


def _compare(url: str, seed: int, questions: int) -> Agreement:
    return asyncio.run(_compare_in_a_shop(url, seed, questions))


async def _compare_in_a_shop(url: str, seed: int, questions: int) -> Agreement:
    random = Random(seed)
    database = Database(url)
    shop = random_shop(random)
    tenant = f"shop{seed}"
    await store(shop, database, tenant)
    try:
        return await agreement(shop, database, tenant, questions, random)
    finally:
        await database.close()
