"""One authorised request: its parameters, its body, and the way to the database."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers

from models.connection.database import Database
from models.connection.session import ReadSession, Transaction
from models.tables.columns import this_instant
from resolvers.access import Reader, Writer
from resolvers.caller import Caller
from resolvers.changes.cursor import Position
from resolvers.errors import InvalidArgument, InvalidInput
from resolvers.policy import Policy
from resolvers.reading.route import Route
from resolvers.streams import Streams, Verify
from resolvers.values.language import (
    ContentLanguage,
    LanguagePreference,
    Translations,
    parse_accept_language,
    parse_content_language,
)
from resolvers.values.row_values import TextMembers
from resolvers.values.text import checked_segment_id, is_storable
from resolvers.writing.run import run_for_client
from rest_compat.wire.headers import list_value
from rest_compat.wire.preconditions import Preconditions, parse_preconditions

Result = TypeVar("Result")


@dataclass
class Call:
    """What an operation is given. An absent body is None. `statements` counts what it costs the database."""

    caller: Caller
    policy: Policy
    database: Database
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Headers
    route: Route
    body: Any = None
    request_id: str | None = None
    now: datetime = field(default_factory=this_instant)
    statements: int = 0
    streams: Streams | None = None
    verify: Verify | None = None
    method: str = "GET"
    position: Position | None = None
    """Of the tenant's log behind the write, once it is committed."""

    def later(self) -> "Call":
        """The same call as of now."""
        return replace(self, now=this_instant())

    @asynccontextmanager
    async def reading(self, *, single: bool = False) -> AsyncIterator[Reader]:
        """One snapshot for the whole request, of which a `single` statement is a whole one."""
        snapshot = await self.route.open(single=single)
        try:
            yield self._reader(snapshot)
        finally:
            self.statements += snapshot.statements
            await snapshot.close()

    @asynccontextmanager
    async def reading_primary(self) -> AsyncIterator[Reader]:
        """A snapshot of the primary, for what follows the newest changes."""
        async with self.database.read(self.caller.client) as snapshot:
            try:
                yield self._reader(snapshot)
            finally:
                self.statements += snapshot.statements

    def _reader(self, snapshot: ReadSession) -> Reader:
        return Reader(self.caller, self.policy, snapshot, self.now, self.members.languages)

    async def write(self, work: Callable[[Writer], Awaitable[Result]]) -> Result:
        """Run `work` in one transaction and commit it."""

        async def counted(transaction: Transaction) -> tuple[Result, Position]:
            try:
                writer = Writer(self.caller, self.policy, transaction, self.now, request_id=self.request_id)
                return await run_for_client(writer, work)
            finally:
                self.statements += transaction.statements

        result, self.position = await self.database.write(counted, self.caller.client)
        return result

    @property
    def segment_id(self) -> str:
        """The segment in the path. Raises InvalidArgument (D24)."""
        return checked_segment_id(self.path["segmentId"], ("segmentId",), InvalidArgument)

    @property
    def legal_entity_id(self) -> str | None:
        """The legal entity that the customer has chosen to act for."""
        return self.query.get("legalEntityId")

    @property
    def site_code(self) -> str | None:
        """The site to look at."""
        return self.query.get("siteCode")

    @cached_property
    def preconditions(self) -> Preconditions:
        """If-Match and If-None-Match. Raises InvalidArgument."""
        named_by = ("itemId", "customerId", "groupId", "segmentId")
        resource_id = next((self.path[name] for name in named_by if name in self.path), None)
        return parse_preconditions(self.headers.raw, resource_id)

    def flag(self, name: str) -> bool:
        """A boolean parameter, false where absent. Raises InvalidArgument (D6)."""
        value = self.query.get(name, "false").lower()
        if value not in {"true", "false"}:
            raise InvalidArgument("true or false is expected.", path=(name,))
        return value == "true"

    @cached_property
    def language(self) -> LanguagePreference:
        """What Accept-Language asks for."""
        return parse_accept_language(list_value(self.headers.raw, b"accept-language"))

    @cached_property
    def members(self) -> TextMembers:
        """How documents are made for this reader."""
        return TextMembers(self.language, self.policy.default_language)

    @cached_property
    def content_language(self) -> ContentLanguage:
        """What Content-Language says of the body. Raises InvalidArgument."""
        return parse_content_language(list_value(self.headers.raw, b"content-language"), self.policy)

    def shown(self, translations: Translations) -> dict[str, str]:
        """A localized text as the reader wants it (D11, D12)."""
        return self.language.shown(translations, self.policy.default_language)


@contextmanager
def parameters() -> Iterator[None]:
    """What is wrong with a value inside the block is wrong with a parameter, not with the body."""
    try:
        yield
    except InvalidInput as error:
        raise InvalidArgument(error.message, path=error.path) from error


def parse_query(query_string: bytes) -> dict[str, str]:
    """The parameters of a query; of one that is given twice, the last. Raises InvalidArgument.

    An empty parameter is absent. Unlike the standard library's parser it notices bytes that are no UTF-8.
    """
    query: dict[str, str] = {}
    for pair in query_string.split(b"&") if query_string else ():
        name, _, value = map(_query_text, pair.partition(b"="))
        if not is_storable(name + value):
            raise InvalidArgument(
                "The query is not UTF-8, or holds the character U+0000.",
                path=(name,) if is_storable(name) else (),
            )
        if value:
            query[name] = value
    return query


def _query_text(text: bytes) -> str:
    return unquote_to_bytes(text.replace(b"+", b" ")).decode(errors="surrogateescape")
