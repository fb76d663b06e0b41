"""The finding on the clock of this machine."""

from datetime import UTC, datetime
from typing import Final

from gateway.doctor.finding import Finding, ok, warning

CLOCK: Final = "clock"


def clock_finding(here: float, there: float, owner: str, most: float) -> Finding:
    """Compare this machine's clock with another.

    Times are in seconds since 1970, `most` is in seconds.
    """
    apart = here - there
    if abs(apart) <= most:
        return ok(CLOCK, f"{datetime.fromtimestamp(here, UTC):%Y-%m-%dT%H:%M:%SZ}, which {owner} confirms")
    relation = "ahead of" if apart > 0 else "behind"
    return warning(
        CLOCK, f"this machine is {abs(apart):.1f} s {relation} {owner}", "synchronize both clocks (NTP)"
    )
