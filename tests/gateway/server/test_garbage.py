"""Bodies that ended up in reference cycles are freed by their weight, not by the number of objects."""

import gc
import warnings
import weakref
from collections.abc import Iterator

import pytest

from gateway.server.garbage import MANY_RECORDS, BodyWeight, collecting_seldom, importing


class Cycle:
    """Refers to itself, so that only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def no_collection_by_number() -> Iterator[None]:
    """Only what the test asks for is collected.

    Requests that other tests have abandoned leave coroutines that were never awaited.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_heavy_bodies_lead_to_a_collection() -> None:
    weight = BodyWeight(heavy=1_000)
    garbage = weakref.ref(Cycle())
    weight.add(999)
    weight.settle()
    assert garbage() is not None
    weight.add(1)
    weight.settle()
    assert garbage() is None


def test_the_next_collection_waits_for_as_many_bytes_again() -> None:
    weight = BodyWeight(heavy=1_000)
    weight.add(1_500)
    weight.settle()
    garbage = weakref.ref(Cycle())
    weight.add(999)
    weight.settle()
    assert garbage() is not None


def test_nothing_is_collected_during_imports_and_what_they_define_is_left_out_later() -> None:
    gc.enable()
    before = gc.get_freeze_count()
    with importing():
        is_enabled = gc.isenabled()
        kept = [Cycle() for _ in range(100)]
    assert (is_enabled, gc.isenabled()) == (False, True)
    assert gc.get_freeze_count() >= before + len(kept)


def test_work_on_many_records_is_seldom_stopped() -> None:
    before = gc.get_threshold()
    with collecting_seldom():
        assert gc.get_threshold()[0] == MANY_RECORDS
    assert gc.get_threshold() == before
