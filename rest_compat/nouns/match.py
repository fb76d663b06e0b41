"""The operation to match products with segments (D41)."""

from typing import Any

from starlette.responses import Response

from resolvers.errors import InvalidInput, Path, TooManyElements
from resolvers.match import MAXIMUM_IDS, match_items
from resolvers.values.document import Document, checked_document
from resolvers.values.text import SITE_CODE_LENGTH, checked_id, checked_text
from rest_compat.call import Call
from rest_compat.wire.responses import json_response


async def match(call: Call) -> Response:
    """Answer with the products meant for one of the segments."""
    body = checked_document(call.body)
    site_code = _site_code(body)
    item_ids = [
        checked_id(checked_document(item, ("items", index)).get("id"), ("items", index, "id"))
        for index, item in enumerate(_array(body, "items"))
    ]
    segment_ids = [
        checked_text(segment_id, ("segmentIds", index))
        for index, segment_id in enumerate(_array(body, "segmentIds"))
    ]
    async with call.reading() as reader:
        matching = await match_items(reader, site_code=site_code, item_ids=item_ids, segment_ids=segment_ids)
    return json_response([{"id": item_id} for item_id in matching])


def _site_code(body: Document) -> str:
    """Return the site code, from `site` or `siteCode`.

    The contract's schema says `site`, its example `siteCode`.
    """
    values = {name: body[name] for name in ("site", "siteCode") if body.get(name) is not None}
    if not values:
        raise InvalidInput("A site code is required.", path=("site",))
    site, *rest = (checked_text(value, (name,), length=SITE_CODE_LENGTH) for name, value in values.items())
    if rest not in ([], [site]):
        raise InvalidInput("site and siteCode name different sites.", path=("siteCode",))
    return site


def _array(body: Document, name: str) -> list[Any]:
    path: Path = (name,)
    value = body.get(name)
    if not isinstance(value, list):
        raise InvalidInput("An array is expected.", path=path)
    if len(value) > MAXIMUM_IDS:
        raise TooManyElements(MAXIMUM_IDS, path=path)
    return value
