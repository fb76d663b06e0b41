"""The table as a page for clients that know the REST operations and will write GraphQL."""

import re
from collections.abc import Iterator
from typing import Final

from docs.generate.rest_and_graphql.counterpart import Counterpart
from docs.generate.rest_and_graphql.fragments import FRAGMENTS
from docs.generate.rest_and_graphql.table import COUNTERPARTS, EXTENSIONS
from rest_compat import operations
from rest_compat.operations import OPERATIONS
from rest_compat.routing import Operation

INTRODUCTION: Final = """\
# REST and GraphQL, side by side

Each of the contract's 36 REST operations, and the GraphQL operation that asks or does the same by the same
rules. Scopes are short for `customersegment.<scope>`; any one of those listed will do.
`uv run python -m docs.generate.rest_and_graphql` prints this page, and tests run every operation on it.

What holds everywhere:

- The tenant is in REST's path, and in GraphQL's token alone.
- `pageSize` and `pageNumber` are `first`, and `after` with the `endCursor` of the page before;
  `X-Total-Count` is `totalCount`; `sort` is `orderBy`; `fields` is the selection. `q` is the same language.
- REST shows a localized text as a map with one entry, or with all for `Accept-Language: *`. GraphQL shows the
  text in the wanted language (`name`), and all translations (`nameTranslations`).
- The version that a writer has seen is `metadata.version` in a REST body, and `expectedVersion` in GraphQL.
- What is wrong with the input of a write is a status in REST, and an entry of `userErrors` in GraphQL.
  A missing scope is 403, and an error with the `extensions.code` `FORBIDDEN`.
- A text that cannot be an id, such as `a b`, is 400 in REST. In a mutation, of a deletion too, it is an
  entry of `userErrors` with the code `INVALID_INPUT`; a query finds nothing under it.
"""
FIELD: Final = re.compile(r"\{\n +(\w+)")


def page() -> str:
    """The whole page, as Markdown."""
    return "\n".join([INTRODUCTION, *_overview(), "", *_fragments(), *_operations(), *_extensions()])


def _overview() -> Iterator[str]:
    yield "| | REST | GraphQL | Scopes |"
    yield "|---|---|---|---|"
    for number, operation in enumerate(OPERATIONS, start=1):
        field = _field(COUNTERPARTS[operation.operation_id])
        scopes = _scopes(operation)
        yield f"| [{number}](#{_anchor(number, operation)}) | {_request(operation)} | `{field}` | {scopes} |"


def _fragments() -> Iterator[str]:
    yield "## Fragments\n"
    yield "The operations below spread these, which have the members of the contract's documents.\n"
    yield from _code("\n\n".join(FRAGMENTS.values()))


def _operations() -> Iterator[str]:
    yield "## Operations\n"
    for number, operation in enumerate(OPERATIONS, start=1):
        counterpart = COUNTERPARTS[operation.operation_id]
        yield f"### {number}. {operation.operation_id}\n"
        yield from _described(operation, counterpart)


def _extensions() -> Iterator[str]:
    yield "## Extensions\n"
    yield "What the contract does not have: the change feed, and the rules of segments.\n"
    for operation in operations.EXTENSIONS:
        yield f"### {operation.operation_id}\n"
        yield from _described(operation, EXTENSIONS[operation.operation_id])


def _described(operation: Operation, counterpart: Counterpart) -> Iterator[str]:
    note = f" {counterpart.note}" if counterpart.note else ""
    yield f"{_request(operation)}: {_scopes(operation)}.{note}\n"
    yield from _code(counterpart.graphql)


def _code(graphql: str) -> Iterator[str]:
    yield "```graphql"
    yield graphql
    yield "```\n"


def _field(counterpart: Counterpart) -> str:
    """The field of Query or Mutation that the operation is about."""
    field, *below = FIELD.findall(counterpart.graphql)
    return f"{field}.{below[0]}" if below and field in {"segment", "viewer"} else field


def _request(operation: Operation) -> str:
    return f"`{operation.method} {operation.path.removeprefix('/{tenant}')}`"


def _scopes(operation: Operation) -> str:
    return " or ".join(f"`{scope.removeprefix('customersegment.')}`" for scope in operation.scopes)


def _anchor(number: int, operation: Operation) -> str:
    """The name that GitHub gives to an operation's heading."""
    return f"{number}-{operation.operation_id.lower()}"
