"""Content negotiation by Accept and Accept-Encoding.

They choose the form of the response (RFC 9110, section 12.5).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from models.cache import Cache
from rest_compat.wire.headers import RawHeaders, list_members, list_value

MOST_RANGES: Final = 100
"""Later ranges are not read: no client has so many."""
MOST_PARAMETERS: Final = 20
BYTES_OF_A_CHARACTER: Final = 60
"""The bytes of a header's ranges, per character of the header: the shortest range has three characters."""
BYTES_OF_ANSWERS: Final = 1_000
"""The bytes of the kept results for offers."""
UTF_8: Final = frozenset({"utf-8", "utf8"})
ANY: Final = "*/*"
QUALITY = re.compile(r"[01](\.[0-9]*)?|\.[0-9]+")


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One member of an Accept header.

    `text/html`, `text/*` or `*/*`, with its quality from 0 to 1.
    """

    name: str
    quality: float
    has_parameters: bool

    def specificity(self, media_type: str) -> int:
        """Return how exactly the range names the type.

        0 where it does not cover it.
        """
        if self.name == media_type:
            return 4 if self.has_parameters else 3
        if self.name.endswith("/*") and media_type.startswith(self.name[:-1]):
            return 2
        return 1 if self.name == ANY else 0


class Accept:
    """The types accepted by a client, in the header's order.

    The results for our own offers are kept.
    """

    def __init__(self, ranges: Iterable[MediaRange]) -> None:
        self._ranges = tuple(ranges)
        self._preferred: dict[tuple[str, ...], str | None] = {}
        self._wanted: dict[str, bool] = {}

    def quality(self, media_type: str) -> float:
        """Return the quality of the type, from 0 to 1.

        0 is not accepted.
        """
        match = self._match(media_type)
        return 0.0 if match is None else match[0]

    def names(self, media_type: str) -> bool:
        """Return whether the header names the type or its family.

        `*/*` does not.
        """
        return any(range_.specificity(media_type) > 1 for range_ in self._ranges)

    def wants(self, media_type: str) -> bool:
        """Return whether the header names and accepts the type.

        The header may name the type's family instead.
        """
        if media_type not in self._wanted:
            self._wanted[media_type] = self.names(media_type) and self.quality(media_type) > 0
        return self._wanted[media_type]

    def preferred(self, offers: tuple[str, ...]) -> str | None:
        """Return the offer most wanted by the client.

        None where the client accepts none of them. Of offers of equal quality the one named first in the
        header wins, then the first offer.
        """
        if offers not in self._preferred:
            self._preferred[offers] = self._choice(offers)
        return self._preferred[offers]

    def _choice(self, offers: tuple[str, ...]) -> str | None:
        matches = [(match, offer) for offer in offers if (match := self._match(offer))]
        accepted = [(match, offer) for match, offer in matches if match[0] > 0]
        return max(accepted, key=lambda pair: pair[0])[1] if accepted else None

    def _match(self, media_type: str) -> tuple[float, int] | None:
        """Return quality and negated position of the best range.

        It is the most specific range that covers the type.
        """
        covering = [
            (specificity, -position, range_.quality)
            for position, range_ in enumerate(self._ranges)
            if (specificity := range_.specificity(media_type))
        ]
        if not covering:
            return None
        _, position, quality = max(covering)
        return quality, position


ACCEPTS_ALL: Final = Accept([MediaRange(ANY, 1.0, has_parameters=False)])


def accept_of(headers: RawHeaders) -> Accept:
    """Return the types accepted by the client.

    Without the header, or with an empty one, all types.
    """
    header = list_value(headers, b"accept")
    if header is None or not header.strip(", \t"):
        return ACCEPTS_ALL
    return _HEADERS.get(header, lambda: _parsed(header))


def accept_encoding_of(headers: RawHeaders) -> Accept:
    """Return the content codings accepted by the client.

    Without the header none.
    """
    return _parsed(list_value(headers, b"accept-encoding") or "")


def _parsed(header: str) -> Accept:
    ranges = map(_media_range, list_members(header, MOST_RANGES))
    return Accept(range_ for range_ in ranges if range_ is not None)


def _size_of(header: str, _accept: Accept) -> int:
    return BYTES_OF_ANSWERS + BYTES_OF_A_CHARACTER * len(header)


_HEADERS: Final = Cache("accept", share=0.002, size_of=_size_of)


def _media_range(member: str) -> MediaRange | None:
    """Parse one member of an Accept header.

    None where it requires another charset than UTF-8, the only one we write.
    """
    name, *parameters = (part.strip().lower() for part in member.split(";", MOST_PARAMETERS))
    quality, has_parameters = 1.0, False
    for parameter in parameters:
        key, _, value = (part.strip() for part in parameter.partition("="))
        if key == "q":
            quality = min(float(value), 1.0) if QUALITY.fullmatch(value) else 0.0
        elif key == "charset" and value.strip('"') not in UTF_8:
            return None
        else:
            has_parameters = True
    return MediaRange(ANY if name == "*" else name, quality, has_parameters)  # `*` is an old Java client's
