"""The two ways through a connection, in the words of its arguments and of `pageInfo`."""

from dataclasses import dataclass
from typing import Any, Final

EMPTY: Final[dict[str, Any]] = {
    "nodes": [],
    "totalCount": 0,
    "pageInfo": {"hasNextPage": False, "endCursor": None, "hasPreviousPage": False, "startCursor": None},
}


@dataclass(frozen=True, slots=True)
class Way:
    """From one end of a list to the other."""

    size: str
    cursor: str
    has_more: str
    end: str

    def document(self, counterpart: str) -> str:
        """The operation of a list, which the table of counterparts has forwards, in this way."""
        forwards, here = FORWARDS.phrases, self.phrases
        for phrase, other in zip(forwards, here, strict=True):
            assert counterpart.count(phrase) == 1
            counterpart = counterpart.replace(phrase, other)
        return counterpart

    @property
    def phrases(self) -> tuple[str, str, str]:
        """What of the operation's text depends on the way."""
        return (
            f"${self.size}: Int, ${self.cursor}: String",
            f"{self.size}: ${self.size}, {self.cursor}: ${self.cursor}",
            f"{self.has_more} {self.end}",
        )


FORWARDS: Final = Way("first", "after", "hasNextPage", "endCursor")
BACKWARDS: Final = Way("last", "before", "hasPreviousPage", "startCursor")
