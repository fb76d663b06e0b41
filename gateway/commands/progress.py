"""The progress of a long command on stderr.

A terminal shows a bar; elsewhere a line is written every few seconds.
"""

import time
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

SECONDS_BETWEEN_LINES: Final = 5.0


class Progress:
    """A progress display, used as a context manager.

    `total` is in the unit of `advance`, None where it is not known.
    """

    def __init__(self, title: str, total: int | None, *, unit: str = "records", quiet: bool = False) -> None:
        self._title = title
        self._unit = unit
        self._total = total
        self._console = Console(stderr=True, highlight=False)
        self._has_bar = self._console.is_terminal and not quiet
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn(f"{{task.fields[records]:,}} {unit}"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._has_bar,
        )
        self._task = self._bar.add_task(title, total=total, records=0)
        self._said_at = time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def expect(self, total: int) -> None:
        """Set the total, once it is known."""
        self._total = total
        self._bar.update(self._task, total=total)

    def advance(self, records: int, position: int | None = None) -> None:
        """Show the number of records, and the position in the total."""
        self._bar.update(self._task, completed=position, records=records)
        if not self._has_bar and time.monotonic() - self._said_at > SECONDS_BETWEEN_LINES:
            self._said_at = time.monotonic()
            share = f" ({position / self._total:.0%})" if self._total and position is not None else ""
            self.say(f"{self._title}: {records:,} {self._unit}{share}")

    def say(self, text: str) -> None:
        """Print a line above the bar.

        Control characters, which a terminal could take for a command, are escaped.
        """
        self._console.print(escaped(text), markup=False, emoji=False, soft_wrap=True)


def escaped(text: str) -> str:
    """The text without control characters, which a terminal could take for a command."""
    return "".join(
        character if character.isprintable() or character == "\n" else f"\\u{ord(character):04x}"
        for character in text
    )
