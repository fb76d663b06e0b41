"""The modules of the product, parsed."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PACKAGES: Final = ("models", "resolvers", "schema", "rest_compat", "gateway")


@dataclass(frozen=True)
class Source:
    """A module."""

    name: str
    path: Path
    lines: int
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"


def read_sources(root: Path, packages: Sequence[str] = PACKAGES) -> list[Source]:
    """All modules of the packages below `root`, by name."""
    paths = (path for package in packages for path in (root / package).rglob("*.py"))
    return sorted((_read(root, path) for path in paths), key=lambda source: source.name)


def _read(root: Path, path: Path) -> Source:
    text = path.read_text()
    relative = path.relative_to(root).with_suffix("")
    parts = relative.parts[:-1] if relative.name == "__init__" else relative.parts
    return Source(".".join(parts), path, len(text.splitlines()), ast.parse(text))
