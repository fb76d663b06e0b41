"""All runners, and the ones that somebody asked for."""

from collections.abc import Sequence
from typing import Final

from benchmarks.runners import gateway, peers
from benchmarks.runners.runner import Runner

ALL: Final[Sequence[Runner]] = (*gateway.RUNNERS, *peers.RUNNERS)


class UnknownRunner(Exception):
    """No runner has that name."""


def chosen(names: str | None) -> Sequence[Runner]:
    """Those whose names, separated by commas, are given; all for None. Raises UnknownRunner."""
    if names is None:
        return ALL
    by_name = {runner.name: runner for runner in ALL}
    try:
        return [by_name[name.strip()] for name in names.split(",")]
    except KeyError as error:
        raise UnknownRunner(f"{error} is none of {', '.join(by_name)}") from None
