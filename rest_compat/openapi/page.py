"""The description of one operation.

It adds to the facts in the table of operations.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rest_compat.openapi.parameters import PAGING
from rest_compat.openapi.responses import json_content
from rest_compat.openapi.shapes import Schema, array_of, ref

LANGUAGE: Final = "Accept-Language"
NO_CONTENT: Final[dict[int, dict[str, Any]]] = {204: {"description": "Done; there is nothing to say."}}


@dataclass(frozen=True, slots=True)
class Body:
    """The description of a body.

    Not `required` where its absence means an empty one.
    """

    schema: Schema
    example: Any
    required: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """The description of one operation.

    `parameters` are names of components, without those in the path.
    """

    summary: str
    description: str
    success: Mapping[int, dict[str, Any]]
    parameters: Sequence[str] = ()
    body: Body | None = None
    failures: Sequence[int] = ()
    """In addition to the failures of every operation."""


def list_of(name: str, example: Any, *, localized: bool = True) -> dict[int, dict[str, Any]]:
    """Return the response with a page of documents."""
    headers = ("X-Total-Count", "X-Next-Cursor", "X-Prev-Cursor")
    return {
        200: {
            "description": "A page of them; empty where there are none.",
            "headers": {header: {"$ref": f"#/components/headers/{header}"} for header in headers}
            | (VARY if localized else {}),
            "content": json_content(array_of(ref(name)), [example]),
        }
    }


def one(name: str, example: Any, *, localized: bool = True) -> dict[int, dict[str, Any]]:
    """Return the response with a single document."""
    return {
        200: {
            "description": "It is there, and this is it.",
            "headers": {"ETag": {"$ref": "#/components/headers/ETag"}} | (VARY if localized else {}),
            "content": json_content(ref(name), example),
        }
    }


def created(example_id: str | None = None) -> dict[int, dict[str, Any]]:
    """Return the response to a creation.

    Segments tell their id.
    """
    content = {} if example_id is None else {"content": json_content(ref("SegmentId"), {"id": example_id})}
    return {201: {"description": "It did not exist, and does now.", **content}}


def results(name: str, *examples: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Return the response to a bulk request.

    It has one result for each element.
    """
    return {
        207: {
            "description": "What became of each element, in the order of the request.",
            "content": json_content(array_of(ref(name)), list(examples)),
        }
    }


VARY: Final = {"Vary": {"schema": {"const": "Accept-Language"}, "description": "The texts depend on it."}}
LIST: Final = (*PAGING, "q")
SEARCH: Final = PAGING
SEARCH_BODY: Final = Body(ref("Search"), {"q": "siteCode:main"}, required=False)
BULK: Final = (
    " Each element stands for itself: some may fail while others are done. At most 200 elements; a longer "
    "array is refused as a whole."
)
