"""The conditions of a run name the build of Python."""

import pytest

from benchmarks.report.python_build import build_flags, builder


@pytest.mark.parametrize(
    ("prefix", "name"),
    [
        ("/home/someone/.pyenv/versions/3.11.7", "pyenv"),
        ("/home/someone/.local/share/uv/python/cpython-3.11", "python-build-standalone"),
        ("/usr/local", "hand or a Docker image"),
        ("/usr", "the distribution"),
        ("/elsewhere", "an unknown builder"),
    ],
)
def test_the_prefix_says_who_built_it(prefix: str, name: str) -> None:
    assert builder(prefix) == name


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--prefix=/usr"], "without PGO, without LTO, without a shared library"),
        (
            ["--enable-optimizations", "--with-lto=full", "--enable-shared"],
            "with PGO, with LTO, with a shared library",
        ),
        (["--enable-optimizations", "--with-lto=no"], "with PGO, without LTO, without a shared library"),
    ],
)
def test_flags_are_those_of_configure(arguments: list[str], text: str) -> None:
    assert build_flags(arguments) == text
