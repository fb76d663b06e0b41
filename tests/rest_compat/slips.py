"""The contract's errors of meaning, each by name, and the contract without them.

The numbers are those of the list in docs/behaviour.md (behaviour "Slips in the contract").
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, Final

JSON_TYPE: Final = "application/json"
DISPENSABLE: Final = {
    f"#/components/schemas/{name}"
    for name in ("SegmentsSearch", "CustomerAssignmentUpsert", "ItemAssignmentUpsert")
}
"""Bodies whose absence means an empty one."""


def required_against_fields(document: dict[str, Any]) -> None:
    """Slip 5: `name` and `siteCode` are required of answers too, though `fields` may leave them out."""
    schemas = document["components"]["schemas"]
    content = deepcopy(schemas["CommonSegment"])
    content.pop("required")
    schemas["AnsweredContent"] = content
    schemas["SegmentResponse"]["allOf"][0] = {
        "allOf": [
            schemas["SegmentUpdateBulk"]["allOf"][0],
            {"$ref": "#/components/schemas/AnsweredContent"},
            schemas["SegmentUpdate"]["allOf"][1],
        ]
    }


def site_or_site_code(document: dict[str, Any]) -> None:
    """Slip 1: match requires `site`, and its only example sends `siteCode`."""
    match = document["components"]["schemas"]["Match"]
    match["required"].remove("site")
    match["properties"]["siteCode"] = match["properties"]["site"]
    match["anyOf"] = [{"required": ["site"]}, {"required": ["siteCode"]}]


def any_patch_value(document: dict[str, Any]) -> None:
    """Slip 6: `value` of a patch may be a boolean or an array too, as its own description says."""
    document["components"]["schemas"]["PatchOperation"]["properties"]["value"].pop("oneOf")


def bodies_of_deletions(document: dict[str, Any]) -> None:
    """Slip 7: what a bulk deletion sends is described in words alone."""
    prefix = "/customer-segment/{tenant}/segments"
    key = {
        "type": "object",
        "required": ["customerId"],
        "properties": {"customerId": {"type": "string"}, "legalEntityId": {"type": "string"}},
    }
    for path, element in (
        ("/bulk", {"type": "string"}),
        ("/{segmentId}/customers/bulk", key),
        ("/{segmentId}/items/{type}/bulk", {"type": "string"}),
    ):
        schema = {"type": "array", "items": element}
        document["paths"][f"{prefix}{path}"]["delete"]["requestBody"] = {
            "required": True,
            "content": {JSON_TYPE: {"schema": schema}},
        }


def bodies_that_are_needed(document: dict[str, Any]) -> None:
    """Slip 7: no body is marked as required, though only searches and assignments do without."""
    for operation in _operations(document):
        body = operation.get("requestBody")
        if body is not None and body["content"][JSON_TYPE]["schema"].get("$ref") not in DISPENSABLE:
            body["required"] = True


def bad_requests_everywhere(document: dict[str, Any]) -> None:
    """Slip 8: lists, searches and deletions leave out the 400 that bad parameters get."""
    for operation in _operations(document):
        operation["responses"].setdefault(
            "400", {"$ref": "#/components/responses/Common_response_BadRequest_400"}
        )


def numbers_and_kinds(document: dict[str, Any]) -> None:
    """Slip 9: pages are counted in strings, and the `type` of an item is any text."""
    parameters = document["components"]["parameters"]
    for name in ("pageSize", "pageNumber"):
        parameters[name]["schema"] = {"type": "integer", "minimum": 1}
    parameters["pageSize"]["schema"]["maximum"] = 2000
    parameters["type"]["schema"]["enum"] = ["PRODUCT", "CATEGORY"]


def lenient_count(document: dict[str, Any]) -> None:
    """Decision D18: `X-Total-Count` is written as a boolean, and any text but `true` means no."""
    document["components"]["parameters"]["xTotalCount"]["schema"] = {"type": "string"}


def untyped_answers(document: dict[str, Any]) -> None:
    """Slip 5: the body of a 201 has no type."""
    for operation in _operations(document):
        content = operation["responses"].get("201", {}).get("content")
        if content:
            content[JSON_TYPE]["schema"] |= {"type": "object", "required": ["id"]}


SLIPS: Final[tuple[Callable[[dict[str, Any]], None], ...]] = (
    required_against_fields,
    site_or_site_code,
    any_patch_value,
    bodies_of_deletions,
    bodies_that_are_needed,
    bad_requests_everywhere,
    numbers_and_kinds,
    lenient_count,
    untyped_answers,
)

TRANSPORT: Final = {304, 405, 412, 413, 414, 415, 431, 500, 503, 504}
"""Statuses that the contract says nothing of, and any server may answer (decision D2)."""


def corrected(contract: Mapping[str, Any]) -> dict[str, Any]:
    """The contract without its slips."""
    document = deepcopy(dict(contract))
    for slip in SLIPS:
        slip(document)
    return document


def is_undocumented(_operation_id: str, status: int) -> bool:
    """Whether the contract may be silent about a status of any operation."""
    return status in TRANSPORT


def _operations(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        operation
        for path in document["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    ]
