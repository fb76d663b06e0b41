"""The command line of the gateway, for measurements alone: its writes leave no record in the change log."""

from collections.abc import Sequence

from gateway.cli import main
from resolvers.changes.log import ChangeLog
from resolvers.writing.change import Change


def forget(_log: ChangeLog, _changes: Sequence[Change]) -> None:
    """Remember no change, so that none is written at the end of the transaction."""


if __name__ == "__main__":
    ChangeLog.add = forget  # type: ignore[assignment, method-assign]  # the one program without a log
    main()
