"""What every resolver is given: who asks, under which rules, through which connection."""

from dataclasses import dataclass
from datetime import datetime

from models.session import Snapshot, Transaction
from resolvers.caller import Caller
from resolvers.policy import Policy


@dataclass(frozen=True, slots=True)
class Reader:
    """A caller with the snapshot they read through. `now` is one instant for the whole request, in UTC."""

    caller: Caller
    policy: Policy
    snapshot: Snapshot
    now: datetime

    @property
    def tenant(self) -> str:
        return self.caller.tenant


@dataclass(frozen=True, slots=True)
class Writer(Reader):
    """A caller with the transaction they write in; the door that opened it commits it."""

    snapshot: Transaction

    @property
    def transaction(self) -> Transaction:
        return self.snapshot
