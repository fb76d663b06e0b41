"""Sources of keys to verify signatures with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from gateway.identity.claims import InvalidToken


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A key and the only algorithm to use it with."""

    algorithm: str
    key: Any = field(repr=False)


class KeySource(Protocol):
    """Chooses the key for a token by its header.

    The header never chooses the family of the algorithm.
    """

    async def key_for(self, header: Mapping[str, Any]) -> VerificationKey:
        """Return the key. Raises InvalidToken without one."""


class SharedSecret:
    """HS256 with one secret."""

    def __init__(self, secret: str) -> None:
        self._key = VerificationKey("HS256", secret.encode())

    async def key_for(self, header: Mapping[str, Any]) -> VerificationKey:
        if header.get("alg") != self._key.algorithm:
            raise InvalidToken("the algorithm is not HS256")
        return self._key
