"""Instants cannot be foreseen, but they follow rules (behaviour D67)."""

from collections.abc import Mapping
from typing import Any

from tests.parity.service import State


class Times:
    """What was seen of each row the last time: version, createdAt and modifiedAt."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, Any], tuple[int, str, str]] = {}

    def check(self, state: State) -> None:
        """Times move with the version, and never back."""
        now = {(table, key): _times(row) for table, rows in state.items() for key, row in rows.items()}
        for place, (version, created, modified) in now.items():
            old_version, old_created, old_modified = self._seen.get(place, (0, "", ""))
            if version == old_version and created == old_created:
                assert modified == old_modified, place
            if version == 1:
                assert (created, modified) == (modified, created), place
            elif version > old_version > 0:
                assert (created, modified >= old_modified) == (old_created, True), place
        self._seen = now


def _times(row: Mapping[str, Any]) -> tuple[int, str, str]:
    metadata = row["metadata"]
    return metadata["version"], metadata["createdAt"], metadata["modifiedAt"]
