"""Answers of operations that read.

They answer with a list, a search, or one document.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import orjson
from starlette.responses import Response

from models.sql.prepared import Row
from models.sql.selection import Wanted
from resolvers.access import Reader
from resolvers.errors import InvalidArgument, InvalidInput, Path
from resolvers.reading.listing import RowList, parse_filter, parse_order
from resolvers.reading.page import ListQuery, Page, Window
from resolvers.values.document import checked_document
from rest_compat.call import Call
from rest_compat.routing import Answer
from rest_compat.wire.fields import parse_fields, selected
from rest_compat.wire.preconditions import names_nothing, names_representation, opaque_tag
from rest_compat.wire.responses import JsonResponse, json_response, not_modified

DEFAULT_PAGE_SIZE: Final = 60
LARGEST_PAGE_SIZE: Final = 2_000
LARGEST_OFFSET: Final = 2**62
"""Beyond the end of any table, and still a number that a database can count."""
CURSOR_PARAMETERS: Final[Mapping[Path, Path]] = {("after",): ("next",), ("before",): ("prev",)}
"""The names of a window's ends in REST."""
VARIES_BY_LANGUAGE: Final = {"Vary": "Accept-Language"}

Documents: TypeAlias = list[dict[str, Any]]
ChooseRows: TypeAlias = Callable[[Call, Reader], RowList]
QueryOf: TypeAlias = Callable[[Call], str | None]
Headers: TypeAlias = Mapping[str, str]
Respond: TypeAlias = Callable[[Call, Documents, Headers], Response]
FindRow: TypeAlias = Callable[[Call, Reader], Awaitable[Row]]


@dataclass(frozen=True, slots=True)
class View:
    """The representation of rows of one kind.

    `always` names members that `fields` cannot leave out. `localized` names the members that map languages to
    texts. Rows are read as text (`columns`), and their documents can be encoded and nothing else. Where all
    members of the documents stand in the row, finding it is the `single` statement of a read.
    """

    columns: Callable[[Call], frozenset[Wanted]]
    documents: Callable[[Call, Reader, Sequence[Row]], Awaitable[Documents]]
    always: tuple[str, ...] = ()
    localized: tuple[Path, ...] = ()
    single: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the representation.

        They tell caches that the answer depends on the reader's language (D13).
        """
        return VARIES_BY_LANGUAGE if self.localized else {}

    async def shown(self, call: Call, reader: Reader, rows: Sequence[Row]) -> Documents:
        """Return the documents of the rows, cut to `fields`."""
        documents = await self.documents(call, reader, rows)
        selection = parse_fields(call.query.get("fields"), self.always, self.localized)
        if selection is None:
            return documents
        return [selected(orjson.loads(orjson.dumps(document)), selection) for document in documents]


def read_list(choose: ChooseRows, view: View) -> Answer:
    """An answer with a page of rows filtered by `q`.

    `q` is a parameter of the query.
    """
    return _list_answer(choose, view, lambda call: call.query.get("q"), untagged_response)


def search_list(choose: ChooseRows, view: View) -> Answer:
    """An answer with a page filtered by the body's `q`."""

    def respond(_call: Call, documents: Documents, headers: Headers) -> Response:
        return json_response(documents, headers=headers)

    return _list_answer(choose, view, _q_of_body, respond)


def _list_answer(choose: ChooseRows, view: View, q_of: QueryOf, respond: Respond) -> Answer:
    async def answer(call: Call) -> Response:
        async with call.reading(single=view.single and not _wants_total(call)) as reader:
            rows = choose(call, reader)  # may ask for a further scope, which comes before validation (D4)
            query = _list_query(call, q_of(call), view.columns(call))
            page = await _page(rows, query)
            total = await rows.total(query) if _wants_total(call) else None
            documents = await view.shown(call, reader, page.rows)
        counted = {} if total is None else {"X-Total-Count": str(total)}
        return respond(call, documents, view.headers | counted | _cursors(page))

    return answer


def read_one(find: FindRow, view: View) -> Answer:
    """An answer with one row's document.

    It has an entity tag; the answer is 304 where the client has the document already.
    """

    async def answer(call: Call) -> Response:
        preconditions = call.preconditions
        async with call.reading(single=view.single) as reader:
            row = await find(call, reader)
            [document] = await view.shown(call, reader, [row])
        body = orjson.dumps(document)
        tag = opaque_tag(row, body, call.members)
        headers = view.headers | {"ETag": f'"{tag}"'}
        if preconditions.is_not_modified(names_representation(tag)):
            return not_modified(headers)
        return JsonResponse(body, headers=headers)

    return answer


def untagged_response(call: Call, documents: Documents, headers: Headers) -> Response:
    """Return a list as JSON, without an entity tag.

    So `*` is the only precondition that can name it.
    """
    if call.preconditions.is_not_modified(names_nothing):
        return not_modified(headers)
    return json_response(documents, headers=headers)


def _q_of_body(call: Call) -> str | None:
    body = checked_document({} if call.body is None else call.body)
    q = body.get("q")
    if q is not None and not isinstance(q, str):
        raise InvalidInput("A text is expected.", path=("q",))
    return q


def _list_query(call: Call, q: str | None, columns: frozenset[Wanted]) -> ListQuery:
    return ListQuery(
        window=_window(call),
        condition=parse_filter(q),
        orders=parse_order(call.query.get("sort")),
        language=call.language,
        columns=columns,
    )


def _window(call: Call) -> Window:
    """Return the requested window of a list.

    The page by number, or in the cursor mode the one after or before a cursor (D17, D19).
    """
    size = _number(call, "pageSize", DEFAULT_PAGE_SIZE)
    if size > LARGEST_PAGE_SIZE:
        raise InvalidArgument(f"A number from 1 to {LARGEST_PAGE_SIZE:,} is expected.", path=("pageSize",))
    after, before = call.query.get("next"), call.query.get("prev")
    if after is not None and before is not None:
        raise InvalidArgument("Send next or prev, not both.", path=("prev",))
    if after is not None or before is not None:
        with _cursor_parameters():
            return Window(size, after, before, from_back=before is not None)
    number = _number(call, "pageNumber", 1)
    return Window(size, offset=min((number - 1) * size, LARGEST_OFFSET))


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name)
    if text is None:
        return default
    digits = text.lstrip("0")
    if not (text.isascii() and text.isdecimal() and digits):
        raise InvalidArgument("A whole number from 1 is expected.", path=(name,))
    return int(digits) if len(digits) < len(str(LARGEST_OFFSET)) else LARGEST_OFFSET


async def _page(rows: RowList, query: ListQuery) -> Page:
    """Return the page.

    Raises InvalidArgument.
    """
    with _cursor_parameters():
        return await rows.page(query)


@contextmanager
def _cursor_parameters() -> Iterator[None]:
    """Name the parameter of a wrong cursor in the error."""
    try:
        yield
    except InvalidArgument as error:
        if error.path in CURSOR_PARAMETERS:
            error.path = CURSOR_PARAMETERS[error.path]
        raise


def _wants_total(call: Call) -> bool:
    """Whether the request wants the total.

    The header is read leniently (D18); the cursor mode has no total.
    """
    if "next" in call.query or "prev" in call.query:
        return False
    return call.headers.get("x-total-count", "").strip().lower() == "true"


def _cursors(page: Page) -> dict[str, str]:
    """Return the cursor headers of a page.

    Empty for a page without rows.
    """
    if not page.rows:
        return {}
    return {"X-Next-Cursor": page.cursor(page.rows[-1]), "X-Prev-Cursor": page.cursor(page.rows[0])}
