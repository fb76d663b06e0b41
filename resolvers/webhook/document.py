"""Converts the checked input of a webhook to columns.

The values of its headers are separate.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from resolvers.changes.record import ChangeType
from resolvers.errors import InvalidInput
from resolvers.policy import Policy
from resolvers.values.text import checked_segment_id, checked_text
from resolvers.webhook.headers import checked_headers
from resolvers.webhook.target import parse_target
from resolvers.webhook.vocabulary import LONGEST_NAME, MOST_SEGMENTS, WebhookFormat, WebhookStatus


@dataclass(frozen=True, slots=True)
class WebhookContent:
    """The columns and headers of a webhook's input.

    It has the members that were sent. `headers` are None if they do not change.
    """

    columns: Mapping[str, Any]
    headers: Mapping[str, str] | None


def webhook_content(document: Mapping[str, Any], policy: Policy) -> WebhookContent:
    """Check the members of a webhook's document.

    Raises InvalidInput.
    """
    columns = {
        _COLUMNS[name]: _CHECKS[name](value, policy) for name, value in document.items() if name in _CHECKS
    }
    if "headers" not in document:
        return WebhookContent(columns, None)
    headers = checked_headers(document["headers"])
    return WebhookContent({**columns, "header_names": sorted(headers)}, headers)


def _name(value: Any, _policy: Policy) -> str:
    name = checked_text(value, ("name",), length=LONGEST_NAME)
    if not name.strip():
        raise InvalidInput("A text is expected.", path=("name",))
    return name


def _url(value: Any, policy: Policy) -> str:
    if not isinstance(value, str):
        raise InvalidInput("A URL is expected.", path=("url",))
    parse_target(value, allows_http=policy.webhooks_allow_private)
    return value


def _types(value: Sequence[str] | None, _policy: Policy) -> list[str] | None:
    return None if value is None else sorted({ChangeType(name) for name in value})


def _segment_ids(value: Sequence[str] | None, _policy: Policy) -> list[str] | None:
    if value is None:
        return None
    if len(value) > MOST_SEGMENTS:
        raise InvalidInput(f"At most {MOST_SEGMENTS:,} segments.", path=("segmentIds",))
    return sorted(
        {checked_segment_id(segment_id, ("segmentIds", place)) for place, segment_id in enumerate(value)}
    )


_CHECKS: Final[Mapping[str, Callable[[Any, Policy], Any]]] = {
    "name": _name,
    "url": _url,
    "types": _types,
    "segmentIds": _segment_ids,
    "format": lambda value, _policy: WebhookFormat(value),
    "status": lambda value, _policy: WebhookStatus(value),
}
_COLUMNS: Final = {name: name for name in _CHECKS} | {"segmentIds": "segment_ids"}
