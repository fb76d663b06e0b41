"""How this Python was built: the same version is faster or slower by its flags."""

import platform
import shlex
import sys
import sysconfig
from collections.abc import Sequence
from typing import Final

BUILDERS: Final = {
    "/.pyenv/": "pyenv",
    "/uv/python/": "python-build-standalone",
    "/opt/hostedtoolcache/": "GitHub Actions",
    "/usr/local/": "hand or a Docker image",
    "/usr/": "the distribution",
}
"""Who built a Python, by a part of its prefix; the first that fits."""


def python_build() -> str:
    """Version, builder, compiler and flags of this Python."""
    flags = shlex.split(sysconfig.get_config_var("CONFIG_ARGS") or "")
    made = f"built by {builder(sys.base_prefix)} with {platform.python_compiler()}"
    return f"{platform.python_version()}, {made}, {build_flags(flags)}"


def builder(prefix: str) -> str:
    """Who built the Python that is installed there."""
    return next((name for part, name in BUILDERS.items() if part in f"{prefix}/"), "an unknown builder")


def build_flags(arguments: Sequence[str]) -> str:
    """What the arguments of `configure` say about speed."""
    names = {argument.partition("=")[0] for argument in arguments if not argument.endswith("=no")}
    return ", ".join(
        f"{'with' if flag in names else 'without'} {name}"
        for flag, name in (
            ("--enable-optimizations", "PGO"),
            ("--with-lto", "LTO"),
            ("--enable-shared", "a shared library"),
        )
    )
