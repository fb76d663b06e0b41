"""The wheel, installed into an empty environment without Node."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import orjson
import pytest

from gateway.graphiql.endpoints import BUNDLE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("uv") is None, reason="uv is not on the PATH"),
    pytest.mark.skipif(not (BUNDLE / "index.html").is_file(), reason="the GraphiQL page was not built"),
]

ROOT = Path(__file__).parents[2]


def uv(*arguments: str | Path) -> str:
    """What uv prints."""
    done = subprocess.run(  # noqa: S603
        [str(shutil.which("uv")), *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def installed(folder: Path) -> Path:
    """The folder of programs of an environment that has the wheel and its locked dependencies alone."""
    uv("build", "--quiet", "--wheel", "--out-dir", folder)
    [wheel] = folder.glob("*.whl")
    requirements = folder / "requirements.txt"
    uv("export", "--quiet", "--locked", "--no-dev", "--no-emit-project", "--output-file", requirements)
    uv("venv", "--quiet", "--python", sys.executable, folder / "environment")
    programs = folder / "environment" / "bin"
    uv("pip", "install", "--quiet", "--python", programs / "python", "--requirement", requirements)
    uv("pip", "install", "--quiet", "--python", programs / "python", "--no-deps", wheel)
    return programs


def test_it_serves_the_demo_and_its_pages(tmp_path: Path) -> None:
    programs = installed(tmp_path)
    variables = {"PATH": str(programs), "HOME": str(tmp_path), "SEGMENTS_HOME": str(tmp_path / "home")}
    with subprocess.Popen(  # noqa: S603
        [programs / "segment-gateway", "serve", "--demo", "--port", "0"],
        cwd=tmp_path,
        env={**variables, "SEGMENTS_LOG_FORMAT": "json"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            lines = (orjson.loads(line) for line in process.stderr)
            url = next(line["url"] for line in lines if line["event"] == "listening")
            with httpx.Client(base_url=url, headers={"Accept": "text/html"}, timeout=30) as client:
                home, graphiql = client.get("/"), client.get("/graphql")
                assert (home.status_code, "GraphiQL" in home.text) == (200, True)
                [script] = re.findall(r'src="([^"]+\.js)"', graphiql.text)
                assert client.get(script.removeprefix(".")).status_code == 200
        finally:
            process.kill()
