"""A figure of the measurement, with its bound."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`most` or `least` is the bound; None where there is none."""

    what: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def holds(self) -> bool:
        """Whether it is within its bound."""
        is_low = self.most is None or self.value <= self.most
        return is_low and (self.least is None or self.value >= self.least)

    def __str__(self) -> str:
        """A row of the table."""
        bound = ""
        if self.most is not None:
            bound = f"at most {self.most:g} {self.unit}"
        elif self.least is not None:
            bound = f"at least {self.least:g} {self.unit}"
        return f"| {self.what} | {self.value:,.1f} {self.unit} | {bound} |"


HEAD = "| figure | measured | bound |\n|---|---:|---:|"


def table(figures: Sequence[Figure]) -> str:
    """All figures."""
    return "\n".join([HEAD, *map(str, figures)])
