"""Where the reads of a request go: to the standby where they may, else to the primary.

A request that brings the cursor of a write is served by the standby only where the snapshot that it reads has
that write.
"""

from typing import Final

from models.connection.database import Database
from models.connection.session import ReadSession
from models.connection.standby.read import StandbyFailed, StandbyRead
from models.connection.standby.replica import Fallback, Replica, Server
from resolvers.caller import Caller
from resolvers.changes.cursor import CursorSeal, Position
from resolvers.changes.head import newest_position
from resolvers.errors import ChangesOff, InvalidArgument
from resolvers.policy import Policy

AFTER: Final = "Segments-After"
"""The header with the cursor."""
FOREIGN: Final = f"{AFTER} is no cursor of this tenant's changes."
UNKNOWN: Final = (
    f"The log of changes has not come to this cursor, or is another one by now. Read without {AFTER}."
)


class Route:
    """The servers of one request's reads. Without a replica it is the primary."""

    server: Server | None = None
    """The server of the last read."""
    fallback: Fallback | None = None
    statements = 0
    """Statements besides those of the sessions."""
    _stays = False
    _session: StandbyRead | None = None
    _opened: StandbyRead | None = None

    def __init__(
        self,
        database: Database,
        replica: Replica | None = None,
        *,
        caller: Caller,
        policy: Policy,
        after: str | None = None,
    ) -> None:
        self._database = database
        self._replica = replica
        self._caller = caller
        self._policy = policy
        self._after = after

    @property
    def has_failed(self) -> bool:
        """Whether the standby failed after the read began: it has to begin again, on the primary."""
        return self._session is not None and self._session.has_failed

    @property
    def is_split(self) -> bool:
        """Whether there is another server than the primary."""
        return self._replica is not None

    @property
    def has_cursor(self) -> bool:
        """Whether the request has a cursor that `check` looks for."""
        return self._after is not None

    def stay_on_primary(self, fallback: Fallback | None = None) -> None:
        """Send all later reads to the primary."""
        self._stays = True
        self._session = None
        if fallback is not None:
            self._fall_back(fallback)

    async def open(self, *, single: bool = False, shared: bool = False) -> ReadSession:
        """Open a consistent snapshot, as `Database.open_read` does; the caller closes it.

        Raises InvalidArgument where the cursor is not one of the tenant's log.
        """
        if self._after is not None:
            await self.check()
            if self._opened is not None:
                session, self._opened = self._opened, None
                return session
        elif (replica := self._usable_replica) is not None:
            on_standby = await self._on_standby(replica, single=single, shared=shared)
            if on_standby is not None:
                self._count("standby")
                return on_standby
        self._count("primary")
        if single:
            return self._database.single_read(self._caller.client)
        return await self._database.open_read(self._caller.client, shared=shared)

    async def check(self) -> None:
        """Look for the cursor's position, on the standby and then on the primary.

        A snapshot of the standby that has it is kept for `open`.
        """
        if self._after is None or self._opened is not None:
            return
        position = self._position(self._after)
        replica = self._usable_replica
        if replica is not None and await self._standby_has(replica, position):
            return
        async with self._database.read(self._caller.client, single=True) as session:
            head = await newest_position(session, self._caller.tenant)
        self.statements += 1
        if not head.includes(position):
            raise InvalidArgument(UNKNOWN, path=(AFTER,))
        self._after = None  # the primary has it, now and later
        self._stays = True

    async def close(self) -> None:
        """Close a snapshot that was kept for nothing."""
        if self._opened is not None:
            session, self._opened = self._opened, None
            await session.close()

    def _position(self, cursor: str) -> Position:
        try:
            return CursorSeal(self._policy.cursor_secret).position(self._caller.tenant, cursor)
        except (InvalidArgument, ChangesOff) as failure:  # without a secret there are no cursors
            raise InvalidArgument(FOREIGN, path=(AFTER,)) from failure

    @property
    def _usable_replica(self) -> Replica | None:
        if self._replica is None or self._stays or not self._replica.is_available:
            return None
        return self._replica

    async def _standby_has(self, replica: Replica, position: Position) -> bool:
        session = await self._on_standby(replica, shared=True)
        if session is None:
            return False
        try:
            head = await newest_position(session, self._caller.tenant)
            if head.includes(position):
                self._opened = session
                self._count("standby")
                return True
            self._fall_back("behind")
        except StandbyFailed:
            self._fall_back("failed")
        finally:
            if self._opened is None:
                self.statements += session.statements
                await session.close()
        return False

    async def _on_standby(
        self, replica: Replica, *, single: bool = False, shared: bool = False
    ) -> StandbyRead | None:
        """A snapshot of the standby; None where it fails."""
        try:
            self._session = await replica.open_read(self._caller.client, single=single, shared=shared)
        except StandbyFailed:
            self._fall_back("failed")
            return None
        return self._session

    def _count(self, server: Server) -> None:
        self.server = server
        if self._replica is not None:
            self._replica.reads[server] += 1

    def _fall_back(self, reason: Fallback) -> None:
        self._stays = True
        self._session = None
        self.fallback = reason
        if self._replica is not None:
            self._replica.fallbacks[reason] += 1
