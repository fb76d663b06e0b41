"""The build step of the page, and that the gateway installs where it fails."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from hatch_build import Page

ROOT = Path(__file__).parents[3]
PROJECT = [
    "pyproject.toml",
    "hatch_build.py",
    "README.md",
    "LICENSE",
    "gateway/graphiql",
    "gateway/__init__.py",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The room of the page, with its sources and no bundle."""
    folder = tmp_path / "graphiql"
    shutil.copytree(ROOT / "gateway" / "graphiql" / "web", folder / "web")
    return folder


def stamp(folder: Path, page: Page) -> None:
    (folder / "dist").mkdir()
    (folder / "dist" / "built-from").write_text(page.fingerprint())


def test_a_page_that_was_never_built_is_not_current(folder: Path) -> None:
    assert Page(folder).is_current is False


def test_a_page_is_not_built_twice_from_the_same_sources(folder: Path) -> None:
    stamp(folder, Page(folder))
    assert Page(folder).is_current is True


@pytest.mark.parametrize("source", ["package-lock.json", "src/main.jsx", "src/examples/2.anna.shop.graphql"])
def test_a_page_of_other_sources_is_built_again(folder: Path, source: str) -> None:
    stamp(folder, Page(folder))
    with (folder / "web" / source).open("a") as file:
        file.write("\n")
    assert Page(folder).is_current is False


def test_what_npm_leaves_beside_the_sources_does_not_count(folder: Path) -> None:
    stamp(folder, Page(folder))
    (folder / "web" / "node_modules" / "react").mkdir(parents=True)
    (folder / "web" / "node_modules" / "react" / "index.js").touch()
    assert Page(folder).is_current is True


def test_the_lock_file_has_a_hash_for_every_package_and_names_no_registry() -> None:
    packages = [line for line in lock_file_lines() if line.startswith('"node_modules/')]
    hashes = [line for line in lock_file_lines() if line.startswith('"integrity": "sha512-')]
    assert len(packages) > 100
    assert len(hashes) == len(packages)
    assert [line for line in lock_file_lines() if line.startswith('"resolved"')] == []


def test_what_the_page_does_not_use_is_not_installed() -> None:
    """The whole of React Aria has more files than all other packages together; writing them takes longest."""
    packages = {
        line.split('"')[1].rpartition("node_modules/")[2] for line in lock_file_lines() if '": {' in line
    }
    assert "@react-aria/focus" in packages
    assert packages.isdisjoint({"react-aria", "react-stately"})


def lock_file_lines() -> list[str]:
    return [
        line.strip() for line in (ROOT / "gateway/graphiql/web/package-lock.json").read_text().splitlines()
    ]


@pytest.mark.slow
def test_without_the_registry_the_gateway_installs_and_says_what_is_missing(tmp_path: Path) -> None:
    """A wheel of the project as pip or uv makes one, where npm finds nobody at home."""
    for name in PROJECT:
        source, target = ROOT / name, tmp_path / "project" / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("dist", "node_modules"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    nobody = {"NPM_CONFIG_REGISTRY": "http://127.0.0.1:9", "NPM_CONFIG_CACHE": str(tmp_path / "npm")}

    done = subprocess.run(  # noqa: S603
        ["uv", "build", "--wheel", "--out-dir", tmp_path, tmp_path / "project"],  # noqa: S607
        env={**os.environ, **nobody},
        capture_output=True,
        check=True,
        text=True,
        timeout=300,
    )

    assert "The GraphiQL page is not built, all else is:" in done.stderr
    [wheel] = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "gateway/graphiql/missing.html" in names
    assert [name for name in names if "/dist/" in name or "/web/" in name] == []
