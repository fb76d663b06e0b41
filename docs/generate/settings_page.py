"""Prints docs/settings.md: `python -m docs.generate.settings_page > docs/settings.md`."""

import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from gateway.settings.settings import Settings
from gateway.settings.source import PREFIX

HEAD: Final = """# Settings

Environment variables, read once at the start; an empty one counts as unset. A value that cannot be
followed ends the command with a line that names the variable. This page is written by
`python -m docs.generate.settings_page`, and a test holds it against the settings themselves.

| Variable | Meaning | Value | Default |
|---|---|---|---|
"""
FOOT: Final = """
Others' variables that the gateway heeds:

| Variable | Meaning |
|---|---|
| `OTEL_EXPORTER_OTLP_ENDPOINT` and others | where to send traces, see [operations](operations.md) |
| `PROMETHEUS_MULTIPROC_DIR` | folder where processes add their metrics up; `--workers` makes one |
"""
KINDS: Final = {
    bool: "`true` or `false`",
    int: "whole number",
    float: "number",
    str: "text",
    Path: "path",
    SecretStr: "secret",
}
BOUNDS: Final = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}


def settings_page(settings: type[BaseModel] = Settings) -> str:
    """The whole page, one row for each setting in the order of the class."""
    rows = (f"{_row(name, field)}\n" for name, field in settings.model_fields.items())
    return "".join([HEAD, *rows, FOOT])


def _row(name: str, field: FieldInfo) -> str:
    cells = (f"`{PREFIX}{name.upper()}`", field.description or "", _value(field), _default(field))
    return "| " + " | ".join(_cell(text) for text in cells) + " |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _value(field: FieldInfo) -> str:
    return ", ".join([kind_of(field.annotation), *_bounds(field)])


def _bounds(field: FieldInfo) -> Iterator[str]:
    for rule in field.metadata:
        for name, words in BOUNDS.items():
            if (bound := getattr(rule, name, None)) is not None:
                yield f"{words} {bound:,}"


def kind_of(annotation: Any) -> str:
    """What kind of value a type takes, in words."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return kind_of(arguments[0])
    if origin is Literal:
        return " or ".join(f"`{choice}`" for choice in arguments)
    if origin in {Union, UnionType}:
        return " or ".join(kind_of(one) for one in arguments if one is not NoneType)
    if origin in {tuple, list, frozenset, set}:
        element = arguments[0]
        return "JSON list" if _is_model(element) else "list, separated by commas"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return " or ".join(f"`{choice.value}`" for choice in annotation)
    return "JSON object" if _is_model(annotation) else KINDS.get(annotation, "text")


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _default(field: FieldInfo) -> str:
    """Computed ones differ from machine to machine, so their description says what they are."""
    if field.default_factory is not None:
        return "see there"
    return "required" if field.default is PydanticUndefined else _shown(field.default)


def _shown(value: Any) -> str:
    match value:
        case None | "" | () | []:
            return ""
        case bool() as flag:
            return f"`{str(flag).lower()}`"
        case Enum() as choice:
            return f"`{choice.value}`"
        case tuple() | list() | frozenset() as several:
            return f"`{','.join(map(str, several))}`"
        case other:
            return f"`{other}`"


if __name__ == "__main__":
    sys.stdout.write(settings_page())
