"""What every resolver is given: who asks, under which rules, through which connection."""

from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar

from sqlalchemy import bindparam

from models.connection.lookups import Key, Lookup
from models.connection.session import Session, Transaction
from models.sql.languages import language_values
from models.sql.ordering import Languages
from models.sql.prepared import Prepared, Query, Row
from models.tables.columns import PlainText, UtcDateTime
from resolvers.background import Turns, in_background
from resolvers.caller import Caller, Scope
from resolvers.changes.cursor import Position
from resolvers.changes.log import ChangeLog
from resolvers.policy import Policy
from resolvers.reading.statements import STATEMENTS, Sized
from resolvers.rules.upkeep.work import RuleWork
from resolvers.values.text import require_short
from resolvers.writing.change import Cause, Change
from resolvers.writing.command import Record

Built = TypeVar("Built", bound=Sized)

TENANT: Final = bindparam("tenant", type_=PlainText)
NOW: Final = bindparam("now", type_=UtcDateTime)
OWN_CUSTOMER: Final = bindparam("own_customer", type_=PlainText)
OWN_LEGAL_ENTITY: Final = bindparam("own_legal_entity", type_=PlainText)
CHOSEN_LEGAL_ENTITY: Final = bindparam("chosen_legal_entity", type_=PlainText)
"""What statements say instead of the values of one request, so that they can be kept and used again.
`Reader.rows` fills them in."""
SITE_CODE: Final = bindparam("site_code", type_=PlainText)
"""The same, for the value that a statement gets with each run."""

REMEMBERED_AT_ONCE: Final = 500
"""Changes for which the event loop waits about a millisecond."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A caller with the snapshot they read through. `now` is one instant for the whole request, in UTC.

    `languages` are those of the run that `TranslationText` counts; `chosen_legal_entity_id` is whom
    the customer in question acts for, where the request says so (behaviour D39).
    """

    caller: Caller
    policy: Policy
    snapshot: Session
    now: datetime
    languages: tuple[Languages, ...] = ()
    chosen_legal_entity_id: str | None = None

    def acting_for(self, legal_entity_id: str | None) -> "Reader":
        """The same reader, for a customer who acts for a legal entity if one is chosen.

        Raises InvalidArgument.
        """
        if legal_entity_id is None:
            return self
        require_short([legal_entity_id], ("legalEntityId",))
        return replace(self, chosen_legal_entity_id=legal_entity_id)

    @property
    def tenant(self) -> str:
        return self.caller.tenant

    def rows(self, statement: Prepared | Query, **values: Any) -> Awaitable[Sequence[Row]]:
        """Every row of the answer, for this request and for the values of the statement's own parameters."""
        return self.snapshot.rows(statement, self._parameters(values))

    def rows_by_key(self, lookup: Lookup, keys: Collection[Key]) -> Awaitable[dict[Key, Row]]:
        """Rows by their keys; unknown keys are missing."""
        return self.snapshot.rows_by_key(lookup, self._parameters({}), keys)

    def value(self, statement: Prepared | Query, **values: Any) -> Awaitable[Any]:
        """The one column of the first row, or None where there is none."""
        return self.snapshot.value(statement, self._parameters(values))

    def built(self, name: Hashable, build: Callable[[], Built], *, at_second_request: bool = False) -> Built:
        """What `build` makes, kept for all callers with the same view, rules and database.

        `what` names it and all that it is built from. Values of this request come in as parameters
        only, and permission is checked by the caller of this method: `build` may not run.
        `at_second_request` keeps nothing yet of what is requested for the first time.
        """
        return STATEMENTS.get(self._key(name), build, at_second_request=at_second_request)

    async def built_in_background(
        self, name: Hashable, build: Callable[[], Built], *, at_second_request: bool = False
    ) -> Built:
        """The same in another thread, for what takes long to build."""
        build_here = partial(self.built, name, build, at_second_request=at_second_request)
        return build_here() if self.is_kept(name) else await in_background(build_here)

    def is_kept(self, name: Hashable) -> bool:
        """Whether something was built and is kept under that name."""
        return self._key(name) in STATEMENTS

    def prepared(self, name: Hashable, build: Callable[[], Query]) -> Prepared:
        """The statement that `build` makes, kept in the same way and ready to run."""
        return self.built(name, lambda: self.snapshot.prepare(build()))

    def _key(self, name: Hashable) -> Hashable:
        view = (
            self.caller.has(Scope.READ),
            self.caller.legal_entity_id is not None,
            self.chosen_legal_entity_id is not None,
        )
        return name, view, self.policy, self.snapshot.dialect

    def _parameters(self, values: dict[str, Any]) -> dict[str, Any]:
        parameters = {
            "tenant": self.caller.tenant,
            "now": self.now,
            "own_customer": self.caller.customer_id,
            "own_legal_entity": self.caller.legal_entity_id,
            "chosen_legal_entity": self.chosen_legal_entity_id,
            **values,
        }
        for number, languages in enumerate(self.languages):
            parameters |= language_values(number, languages)
        return parameters


@dataclass(frozen=True, slots=True)
class Writer:
    """A caller with the transaction they write in; `now` is one instant for all of it, in UTC.

    The API that opened the transaction commits it. `cause` is why rows change that commands are about.
    """

    caller: Caller
    policy: Policy
    transaction: Transaction
    now: datetime
    cause: Cause = Cause.MANUAL
    request_id: str | None = None
    log: ChangeLog = field(default_factory=ChangeLog)
    rules: RuleWork = field(default_factory=RuleWork)

    @property
    def tenant(self) -> str:
        return self.caller.tenant

    async def remember(self, changes: Sequence[Change]) -> None:
        """Receive the changed rows, in the order in which they are written.

        Every change of the transaction comes here once, before the transaction ends.
        """
        turns = Turns()
        for start in range(0, len(changes), REMEMBERED_AT_ONCE):
            part = changes[start : start + REMEMBERED_AT_ONCE]
            self.log.add(part)
            self.rules.touched.add(part)
            await turns.pause()

    async def write_full_log(self) -> None:
        """Write the log, if it is full, once all rows of its records are written."""
        if self.log.is_full:
            await self.write_log()

    async def write_log(self) -> None:
        """Write the records of the changes so far, as the last statements of the transaction."""
        await self.log.write(self.transaction, self._common)

    async def position(self) -> Position:
        """The position of the tenant's log behind this transaction, once the log is written."""
        return await self.log.position(self.transaction, self._common)

    @property
    def _common(self) -> Record:
        """The columns that all records of the transaction share."""
        return {
            "tenant": self.tenant,
            "actor": self.caller.subject,
            "request_id": self.request_id,
            "recorded_at": self.now,
        }
