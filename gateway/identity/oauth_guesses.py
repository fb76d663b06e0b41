"""A limit for wrong client secrets, by client id and address."""

import hashlib
import math
import secrets
import time
from collections.abc import Callable
from itertools import islice
from typing import Final

from gateway.identity.network import network_of

FREE_FAILURES: Final = 10
"""Wrong secrets without a delay."""
SECONDS_PER_FAILURE: Final = 6.0
"""Seconds per further wrong secret."""
MOST_ENTRIES: Final = 10_000
"""The most buckets. Each takes about 200 bytes: a hash and a number."""
CONSIDERED: Final = 8
"""The number of oldest entries compared when one is removed."""
HASH_BYTES: Final = 16


class Guesses:
    """Counts failures in a leaky bucket per client id and address.

    A request to a full bucket fails whatever its secret, so the rate of guesses is bounded. It does not
    fill the bucket further, so a client that keeps asking gets its turn. Another address has another
    bucket: nobody can lock a client out from elsewhere.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._salt = secrets.token_bytes(HASH_BYTES)
        self._empty_at: dict[bytes, float] = {}
        """When each bucket will be empty, the bucket that was filled last at the end."""

    def __len__(self) -> int:
        return len(self._empty_at)

    def seconds_to_wait(self, client_id: str, address: str) -> int:
        """Whole seconds until the next secret is checked; 0 for now."""
        full = FREE_FAILURES * SECONDS_PER_FAILURE
        level = self._empty_at.get(self._key(client_id, address), 0.0) - self._clock()
        return max(0, math.ceil(level + SECONDS_PER_FAILURE - full))

    def add_failure(self, client_id: str, address: str) -> None:
        """Count a wrong secret."""
        key, now = self._key(client_id, address), self._clock()
        empty_at = self._empty_at.pop(key, now)
        if len(self._empty_at) >= MOST_ENTRIES:
            # The emptiest of the oldest: a flood of other ids does not push out a full bucket.
            del self._empty_at[min(islice(self._empty_at, CONSIDERED), key=self._empty_at.__getitem__)]
        self._empty_at[key] = max(empty_at, now) + SECONDS_PER_FAILURE

    def _key(self, client_id: str, address: str) -> bytes:
        name = f"{network_of(address)}\n{client_id}".encode(errors="surrogatepass")
        return hashlib.blake2b(name, digest_size=HASH_BYTES, key=self._salt).digest()
