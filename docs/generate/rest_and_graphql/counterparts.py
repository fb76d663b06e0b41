"""The table for the explorer of the REST API, which shows it beside each operation."""

from typing import Final

import orjson

from docs.generate.rest_and_graphql.table import COUNTERPARTS, EXTENSIONS

FILE: Final = "gateway/graphiql/web/src/rest/counterparts.json"


def counterparts() -> bytes:
    """The GraphQL document and the note of each operation, by operationId, as JSON."""
    table = {
        counterpart.operation_id: {"document": counterpart.document, "note": counterpart.note}
        for counterpart in (*COUNTERPARTS.values(), *EXTENSIONS.values())
    }
    return orjson.dumps(table, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
