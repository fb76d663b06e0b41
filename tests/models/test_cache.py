"""Caches are bounded in bytes, and what is requested again stays."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.cache import ENTRY_BYTES, Budget, Cache, size_of
from models.filter.parse import parse_q
from models.sql.ordering import Order
from tests.factories.memory import allocation


def cache_of(entries: int, *, size: int = 100) -> Cache:
    """A cache with room for so many entries of that size."""
    budget = Budget(entries * (ENTRY_BYTES + size))
    return Cache("test", share=1.0, largest=1.0, size_of=lambda _key, _value: size, budget=budget)


def test_a_value_is_built_once() -> None:
    cache = cache_of(2)
    made = [cache.get(key, object) for key in ("a", "b", "a")]
    assert made[0] is made[2]
    assert made[0] is not made[1]
    assert (cache.hits, cache.misses, len(cache)) == (1, 2, 2)


def test_an_entry_that_is_requested_again_outlives_the_others() -> None:
    cache = cache_of(3)
    kept = cache.get("kept", object)
    for number in range(100):
        cache.get(number, object)
        assert cache.get("kept", object) is kept
    assert len(cache) == 3


def test_a_new_entry_is_kept_where_all_others_were_requested_again() -> None:
    cache = cache_of(3)
    for key in "abcabc":
        cache.get(key, object)
    new = cache.get("new", object)
    assert cache.get("new", object) is new


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 400))))
def test_the_bytes_are_never_more_than_the_capacity(requests: list[tuple[int, int]]) -> None:
    budget = Budget(2_000)
    cache = Cache("test", share=0.5, largest=0.8, size_of=lambda _key, value: value[1], budget=budget)
    for key, size in requests:
        assert cache.get(key, lambda key=key, size=size: (-key, size))[0] == -key  # type: ignore[misc]
        assert cache.size <= cache.capacity == 1_000
        assert cache.size == sum(ENTRY_BYTES + cache.peek(key)[1] for key in range(10) if key in cache)  # type: ignore[index]


def test_a_value_that_is_too_large_is_built_each_time_and_displaces_nothing() -> None:
    budget = Budget(100_000)
    cache = Cache("test", share=1.0, largest=0.1, budget=budget)
    small = cache.get("small", object)
    for _ in range(2):
        assert cache.get("x" * 10_000, lambda: 1) == 1
        assert cache.get("key", lambda: "x" * 10_000) == "x" * 10_000
    assert (len(cache), cache.misses) == (1, 5)
    assert cache.get("small", object) is small


def test_a_value_can_be_kept_at_its_second_request_only() -> None:
    cache = cache_of(3)
    made = [cache.get("a", object, at_second_request=True) for _ in range(4)]
    assert made[0] is not made[1]
    assert made[1] is made[2] is made[3]
    for number in range(100):
        cache.get(number, object, at_second_request=True)
    assert len(cache) == 1


def test_what_a_value_grows_by_counts() -> None:
    cache = cache_of(4)
    for key in "abcd":
        cache.put(key, key)
    assert cache.grow("b", 3 * (ENTRY_BYTES + 100))
    assert [key for key in "abcd" if key in cache] == ["b"]
    assert not cache.grow("b", 1)
    assert not cache.grow("unknown", 1)
    assert cache.size == cache.capacity


def test_a_smaller_budget_holds_at_the_next_entry() -> None:
    budget = Budget(10_000)
    cache = Cache("test", share=1.0, largest=1.0, size_of=lambda _key, _value: 100, budget=budget)
    for number in range(20):
        cache.put(number, number)
    budget.total = 1_000
    cache.put("new", 1)
    assert len(cache) == 2
    assert "new" in cache


def test_usage_is_known_by_name() -> None:
    budget = Budget(10_000)
    caches = [Cache("same", share=0.5, size_of=lambda _key, _value: 7, budget=budget) for _ in range(2)]
    for cache in caches:
        cache.get("a", object)
        cache.get("a", object)
    usage = budget.usage()["same"]
    assert (usage.size, usage.entries, usage.hits, usage.misses) == (2 * (ENTRY_BYTES + 7), 2, 2, 2)


@pytest.mark.parametrize(
    "make",
    [
        lambda number: "x" * 1_000 + str(number),
        lambda number: "\N{GRINNING FACE}" * 1_000 + str(number),
        lambda number: tuple(f"{number} {part}" for part in range(100)),
        lambda number: {f"{number} {part}": [part * 10**20] for part in range(100)},
        lambda number: parse_q(" ".join(f"mixins.a{number}.b{part}:(x{part},y{part})" for part in range(30))),
        lambda number: tuple(Order((f"a{number}", f"b{part}")) for part in range(100)),
        lambda number: frozenset(f"{number} {part}" for part in range(100)),
    ],
)
def test_sizes_are_estimated_within_a_third(make: Callable[[int], Any]) -> None:
    make(-1)
    with allocation() as allocated:
        values = [make(number) for number in range(20)]
    measured = allocated.size / len(values)
    estimated = sum(map(size_of, values)) / len(values)
    assert measured * 2 / 3 < estimated < measured * 3 / 2
