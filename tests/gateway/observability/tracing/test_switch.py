"""When requests are traced, and what it costs when they are not."""

import subprocess
import sys
from pathlib import Path

import pytest

from gateway.observability.tracing.switch import is_traced


@pytest.mark.parametrize(
    ("environment", "traced"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_SDK_DISABLED": "TRUE"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_opentelemetrys_own_variables_decide(environment: dict[str, str], traced: bool) -> None:
    assert is_traced(environment) is traced


@pytest.mark.slow
def test_what_is_not_traced_does_not_load_the_libraries() -> None:
    program = "import sys, gateway.app; print(any(name.startswith('opentelemetry') for name in sys.modules))"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert done.stdout == "False\n"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"])
def test_without_the_extra_serve_says_what_to_install(tmp_path: Path, name: str) -> None:
    program = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "sys.argv = ['segment-gateway', 'serve', '--demo', '--port', '0', '--workers', '2']\n"
        "from gateway.cli import main; main()"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program],
        env={"SEGMENTS_HOME": str(tmp_path / "home"), name: "http://127.0.0.1:1"},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"segment-gateway: {name} asks for traces, and what sends them is not installed: "
        "install segment-gateway[telemetry], or unset it\n"
    )
    assert not (tmp_path / "home").exists()
