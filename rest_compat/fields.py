"""The `fields` parameter: which members of a document to show (D22)."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

Selection: TypeAlias = dict[str, "Selection | None"]
"""Members to show; None shows a member whole."""


def parse_fields(text: str | None, always: Iterable[str] = ()) -> Selection | None:
    """What `metadata.version,name` selects, None for everything. `always` stays in any selection."""
    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    if not names:
        return None
    selection: Selection = {}
    for *parents, leaf in sorted({tuple(name.split(".")) for name in (*always, *names)}):
        inner: Selection | None = selection
        for name in parents:
            if inner is not None:
                inner = inner.setdefault(name, {})
        if inner is not None:
            inner[leaf] = None
    return selection


def selected(document: Mapping[str, Any], selection: Selection) -> dict[str, Any]:
    """The selected members in the document's own order; what it does not have is passed over."""
    shown: dict[str, Any] = {}
    for name, value in document.items():
        inner = selection.get(name, {})
        if inner is None:
            shown[name] = value
        elif inner and isinstance(value, dict) and (below := selected(value, inner)):
            shown[name] = below
    return shown
