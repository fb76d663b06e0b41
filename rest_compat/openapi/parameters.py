"""The parameters and headers that operations are asked with."""

from collections.abc import Mapping
from typing import Any, Final

from resolvers.caller import TENANT as WELL_FORMED
from resolvers.changes.follow import LONGEST_WAIT
from resolvers.changes.read import DEFAULT_FIRST, LARGEST_FIRST
from resolvers.item_assignment import ITEM_TABLES
from resolvers.reading.route import AFTER
from rest_compat.openapi.responses import ETAG
from rest_compat.openapi.shapes import FOREIGN_ID, SEGMENT_ID, Schema
from rest_compat.reading import DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE

TENANT: Final = {"type": "string", "pattern": f"^{WELL_FORMED.pattern}$"}
NAME_IN_PATH: Final = {**FOREIGN_ID, "pattern": r"^[^/\x00-\x1F\x7F-\x9F]+$"}
TEXT: Final = {"type": "string"}
FLAG: Final = {"type": "boolean", "default": False}
COUNT: Final = {"type": "integer", "minimum": 1}


def _path(name: str, schema: Schema, description: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema, "description": description}


def query_parameter(name: str, schema: Schema, description: str) -> dict[str, Any]:
    """A parameter that may be left out or empty, which mean the same."""
    return {
        "name": name,
        "in": "query",
        "allowEmptyValue": True,
        "schema": schema,
        "description": description,
    }


def _header(name: str, schema: Schema, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "schema": schema, "description": description}


_ALL: Final = (
    _path("tenant", TENANT, "Whose data it is: the tenant that the token names."),
    _path(
        "segmentId", SEGMENT_ID, "The segment's id; `bulk`, `search`, `match`, `items` and `me` are taken."
    ),
    _path("customerId", NAME_IN_PATH, "The customer's id; `bulk` and `search` are taken."),
    _path("legalEntityId", NAME_IN_PATH, "The company on whose behalf the customer is meant."),
    _path("type", {"enum": list(ITEM_TABLES)}, "Whether the item is a product or a category."),
    _path("itemId", NAME_IN_PATH, "The id of the product or category; `bulk` is taken."),
    _path("groupId", NAME_IN_PATH, "The group's id; `bulk` and `search` are taken."),
    query_parameter(
        "q",
        TEXT,
        "Conditions that all have to hold, separated by spaces: `siteCode:main status:ACTIVE`. A value may "
        "be a quoted text, a list `(a,b)`, a comparison `>=2`, a range `(>=2 AND <5)`, `~` and a regular "
        "expression, `null` or `exists`. Members are named as in the answer, by dotted paths.",
    ),
    query_parameter(
        "sort",
        TEXT,
        "Members to sort by, separated by commas, each with `:desc` if it is to descend: "
        "`siteCode,metadata.modifiedAt:desc`. Equal rows follow their ids.",
    ),
    query_parameter(
        "fields",
        TEXT,
        "The members to answer with, separated by commas; dotted paths reach into objects. Names that do not "
        "exist are passed over. A segment always has its `id`.",
    ),
    query_parameter(
        "pageSize",
        {**COUNT, "maximum": LARGEST_PAGE_SIZE, "default": DEFAULT_PAGE_SIZE},
        "How many rows a page has.",
    ),
    query_parameter("pageNumber", {**COUNT, "default": 1}, "Which page; one beyond the end is empty."),
    query_parameter(
        "next", TEXT, "The `X-Next-Cursor` of a page: go on after it. `pageNumber` is then ignored."
    ),
    query_parameter(
        "prev", TEXT, "The `X-Prev-Cursor` of a page: go back before it. Not together with `next`."
    ),
    query_parameter(
        "customerId", TEXT, "Only segments of this customer. Needs `customersegment.segment_read`."
    ),
    query_parameter(
        "legalEntityId",
        TEXT,
        "The company that a customer acts for; counts only for customers who have several. "
        "A company in the token comes first.",
    ),
    query_parameter("siteCode", TEXT, "Only what belongs to segments of this site."),
    query_parameter(
        "onlyActive", FLAG, "Only items of active segments; in a customer's own view it is always true."
    ),
    query_parameter(
        "forceDelete", FLAG, "Delete a segment's assignments with it; without it, they keep it from going."
    ),
    _header(
        "X-Total-Count",
        {**TEXT, "examples": ["true"]},
        "If it is `true`, the answer counts the rows of all pages; any other text means no.",
    ),
    _header(
        "Accept-Language",
        TEXT,
        "Languages to read, best first, with weights; the first ten count. Each text comes in the first in "
        "which it is not blank, else in the shop's default language; `*` asks for all of them.",
    ),
    _header(
        "Content-Language",
        TEXT,
        "The languages of the body's texts, at most a hundred. If it names exactly one, a text may be a bare "
        "string. A body in more languages is sent without it, or with `*`.",
    ),
    _header(
        "If-Match",
        {**TEXT, "examples": [ETAG, '"3"', "*"]},
        "Entity tags: the request is carried out only if one of them names the current state, by a strong "
        'comparison. `"3"` stands for version 3 in any representation, `*` for whatever exists.',
    ),
    _header(
        "If-None-Match",
        {**TEXT, "examples": [ETAG, '"3"', "*"]},
        "Entity tags: the request is carried out only if none of them names the current state, by a weak "
        "comparison. `*` allows a PUT to create and not to replace.",
    ),
    _header(
        AFTER,
        TEXT,
        "The `Segments-Cursor` of a write, or the cursor of a change: the answer is no older. It matters "
        "where reads are answered by a standby. Any other text is 400.",
    ),
    _header("Emporix-Tenant", TENANT, "If it is sent, it is the tenant of the path."),
)

_COMPONENT_NAMES: Final = {("path", name): f"{name}InPath" for name in ("customerId", "legalEntityId")}

PARAMETERS: Final[Mapping[str, dict[str, Any]]] = {
    _COMPONENT_NAMES.get((parameter["in"], parameter["name"]), parameter["name"]): parameter
    for parameter in _ALL
}
"""By their name in `components`; two names exist in the path and in the query."""

CHANGES: Final[Mapping[str, dict[str, Any]]] = {
    "after": query_parameter(
        "after", TEXT, "The cursor of a change or of a batch: what follows it is answered."
    ),
    "limit": query_parameter(
        "limit", {**COUNT, "maximum": LARGEST_FIRST, "default": DEFAULT_FIRST}, "How many changes at most."
    ),
    "types": query_parameter("types", TEXT, "Only events of these types, separated by commas."),
    "segmentIds": query_parameter("segmentIds", TEXT, "Only changes of these segments, separated by commas."),
    "customerIdOfChanges": query_parameter(
        "customerId", TEXT, "Only changes of this customer's assignments."
    ),
    "waitSeconds": query_parameter(
        "waitSeconds",
        {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT, "default": 0},
        "Where there are no changes, wait for some, at most as long as a request may take.",
    ),
    "Last-Event-ID": _header(
        "Last-Event-ID", TEXT, "Of a stream of events: the id of the last event. It counts more than `after`."
    ),
}
"""By their name in `components`: the parameters of the change feed."""

PRECONDITIONS: Final = ("If-Match", "If-None-Match")
PAGING: Final = ("sort", "fields", "pageSize", "pageNumber", "next", "prev", "X-Total-Count")


def in_path(name: str) -> str:
    """The component of a parameter in the path."""
    return _COMPONENT_NAMES.get(("path", name), name)
