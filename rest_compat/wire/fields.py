"""The `fields` parameter, a selection of members (D22)."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeAlias

from models.language_tag import canonical_range
from resolvers.errors import Path

Selection: TypeAlias = dict[str, "Selection | None"]
"""Members to show; None shows a member whole."""


def parse_fields(
    text: str | None, always: Iterable[str] = (), localized: Collection[Path] = ()
) -> Selection | None:
    """Return the selection of `metadata.version,name`.

    None for everything. `always` stays in any selection. Members of the `localized` ones are language tags,
    whose case has no meaning.
    """
    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    if not names:
        return None
    selection: Selection = {}
    for *parents, leaf in sorted({_path(name, localized) for name in (*always, *names)}):
        inner: Selection | None = selection
        for name in parents:
            if inner is not None:
                inner = inner.setdefault(name, {})
        if inner is not None:
            inner[leaf] = None
    return selection


def _path(name: str, localized: Collection[Path]) -> tuple[str, ...]:
    path = tuple(name.split("."))
    if path[:-1] in localized:
        return (*path[:-1], canonical_range(path[-1]) or path[-1])
    return path


def selected(document: Mapping[str, Any], selection: Selection) -> dict[str, Any]:
    """Return the selected members in the document's own order.

    Members that the document does not have are left out.
    """
    result: dict[str, Any] = {}
    for name, value in document.items():
        inner = selection.get(name, {})
        if inner is None:
            result[name] = value
        elif inner and isinstance(value, dict) and (below := selected(value, inner)):
            result[name] = below
    return result
