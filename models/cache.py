"""Caches bounded in bytes.

This is the only place that keeps anything made from a request.

All caches of a process share one budget, of which each has a fixed part. A cache estimates the size of every
key and value, and drops old entries before it exceeds its part.
"""

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Final, TypeVar
from weakref import WeakSet

Built = TypeVar("Built")

DEFAULT_BYTES: Final = 64_000_000
"""The bytes of all caches of one process."""
ENTRY_BYTES: Final = 300
"""The bytes of an entry besides its key and its value: its place in the table, its link and its record."""
REMEMBERED_REQUESTS: Final = 4_096
"""How many hashes of keys are remembered by a cache that keeps a value only at its second request."""


@dataclass(slots=True)
class _Entry:
    """A value, its estimated bytes and its request mark.

    The mark says whether it was requested again.
    """

    value: Any
    size: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """The contents and hits of all caches of one name."""

    size: int = 0
    entries: int = 0
    hits: int = 0
    misses: int = 0


class Budget:
    """The bytes available to all caches of a process."""

    def __init__(self, total: int = DEFAULT_BYTES) -> None:
        self.total = total
        self._caches: WeakSet[Cache] = WeakSet()

    def add(self, cache: "Cache") -> None:
        """Count a cache in `usage` for as long as it exists."""
        self._caches.add(cache)

    def shares(self) -> Mapping[str, float]:
        """The part of the budget of each cache, by name."""
        return {cache.name: cache.share for cache in list(self._caches)}

    def usage(self) -> Mapping[str, Usage]:
        """The state of the caches by name."""
        usage: dict[str, Usage] = {}
        for cache in list(self._caches):
            before = usage.get(cache.name, Usage())
            usage[cache.name] = Usage(
                before.size + cache.size,
                before.entries + len(cache),
                before.hits + cache.hits,
                before.misses + cache.misses,
            )
        return usage


BUDGET: Final = Budget()
"""The budget of the process."""


class Cache:
    """Values by key, within `share` of the budget's bytes.

    When it is full, it drops the oldest entry that was not requested since it was last considered (the
    CLOCK algorithm): a hit only sets a mark, and hashes its key once. `largest` is the part of it that one
    entry may take; a larger one is built each time. `size_of` estimates the bytes of a key and its value.
    It may be used by several threads; two of them may build the same value.
    """

    def __init__(
        self,
        name: str,
        *,
        share: float,
        largest: float = 1 / 8,
        size_of: Callable[[Any, Any], int] | None = None,
        budget: Budget = BUDGET,
    ) -> None:
        self.name = name
        self.share = share
        self.size = 0
        self.hits = 0
        self.misses = 0
        self._largest = largest
        self._size_of = size_of or _size_of_both
        self._budget = budget
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._requested_once: set[int] = set()
        self._lock = Lock()
        budget.add(self)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._entries

    @property
    def capacity(self) -> int:
        """The most bytes of the cache."""
        return int(self._budget.total * self.share)

    def get(self, key: Hashable, build: Callable[[], Built], *, at_second_request: bool = False) -> Built:
        """Return the value of the key, building it if missing.

        `at_second_request` keeps nothing of a key that is requested for the first time.
        """
        entry = self._entries.get(key)
        if entry is not None:
            entry.again = True
            self.hits += 1
            kept_value: Built = entry.value
            return kept_value
        value = build()
        if not at_second_request or self._is_second_request(key):
            self.put(key, value)
        self.misses += 1
        return value

    def find(self, key: Hashable) -> Any | None:
        """Return the value of the key, or None."""
        entry = self._entries.get(key)
        if entry is None:
            self.misses += 1
            return None
        entry.again = True
        self.hits += 1
        return entry.value

    def peek(self, key: Hashable) -> Any | None:
        """Return the value of the key without counting a request.

        None where there is none.
        """
        entry = self._entries.get(key)
        return None if entry is None else entry.value

    def put(self, key: Hashable, value: Any) -> None:
        """Keep a value under its key.

        It replaces the key's earlier value. A value that is too large is not kept.
        """
        size = ENTRY_BYTES + self._size_of(key, value)
        with self._lock:
            self._remove(key)
            if size <= self.capacity * self._largest:
                self._make_room(size)
                self._entries[key] = _Entry(value, size)
                self.size += size

    def grow(self, key: Hashable, more: int) -> bool:
        """Count `more` bytes for a key's value.

        Returns whether there is room for them.
        """
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or entry.size + more > self.capacity * self._largest:
                return False
            entry.again = True  # it shall not make room for itself
            self._make_room(more)
            entry.size += more
            self.size += more
            return True

    def clear(self) -> None:
        """Drop all entries."""
        with self._lock:
            self._entries.clear()
            self._requested_once.clear()
            self.size = 0

    def _is_second_request(self, key: Hashable) -> bool:
        number = hash(key)
        with self._lock:
            if number in self._requested_once:
                self._requested_once.discard(number)
                return True
            if len(self._requested_once) >= REMEMBERED_REQUESTS:
                self._requested_once.clear()
            self._requested_once.add(number)
            return False

    def _remove(self, key: Hashable) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.size -= entry.size

    def _make_room(self, size: int) -> None:
        allowed = self.capacity - size
        while self.size > allowed:
            key, entry = self._entries.popitem(last=False)
            if entry.again:
                entry.again = False
                self._entries[key] = entry
            else:
                self.size -= entry.size


def size_of(*values: Any) -> int:
    """Estimate the bytes of values.

    All that they refer to by value is included. Objects that compare by identity are not counted: other
    owners share them. Each object counts once.
    """
    total = 0
    visited: set[int] = set()
    pending = list(values)
    while pending:
        value = pending.pop()
        if id(value) in visited:
            continue
        visited.add(id(value))
        kind = type(value)
        if kind in _LEAVES:
            total += sys.getsizeof(value)
        elif isinstance(value, Mapping):
            total += sys.getsizeof(value)
            pending += value.keys()
            pending += value.values()
        elif isinstance(value, tuple | list | AbstractSet):
            total += sys.getsizeof(value)
            pending += value
        elif (members := getattr(kind, "__dataclass_fields__", None)) and not _compares_by_identity(kind):
            total += sys.getsizeof(value)
            pending += [getattr(value, member, None) for member in members]
    return total


def _compares_by_identity(kind: Any) -> bool:
    return kind.__eq__ is object.__eq__


_LEAVES: Final = frozenset({str, bytes, int, float, datetime})


def _size_of_both(key: Any, value: Any) -> int:
    return size_of(key, value)
