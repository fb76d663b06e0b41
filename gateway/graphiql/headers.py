"""Response headers to restrict the page to this gateway."""

from collections.abc import Mapping
from typing import Final


def _policy(**directives: str) -> str:
    return "; ".join(f"{name.replace('_', '-')} {sources}" for name, sources in directives.items())


_EVERY_PAGE: Final = {
    "Cache-Control": "no-cache",  # small, and it names the assets of this version
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",  # others get JSON at this address
    "X-Content-Type-Options": "nosniff",
}

GRAPHIQL_HEADERS: Final[Mapping[str, str]] = {
    **_EVERY_PAGE,
    "Content-Security-Policy": _policy(
        default_src="'self'",
        worker_src="'self'",
        # The editor places every line of text by a style attribute in HTML that it writes itself, and
        # keeps its colours in <style> elements that it makes: no nonce or hash can speak for those.
        style_src="'self' 'unsafe-inline'",
        # Fonts and small pictures are in the style sheets.
        font_src="'self' data:",
        img_src="'self' data:",
        object_src="'none'",
        base_uri="'none'",
        form_action="'none'",
        frame_ancestors="'none'",
    ),
}

PLAIN_PAGE_HEADERS: Final[Mapping[str, str]] = {
    **_EVERY_PAGE,
    "Content-Security-Policy": _policy(
        default_src="'none'",
        style_src="'unsafe-inline'",
        base_uri="'none'",
        form_action="'none'",
        frame_ancestors="'none'",
    ),
}
