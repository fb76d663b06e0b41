"""CPU time and memory are those of the process with all it started."""

import subprocess
import sys

from benchmarks.measure.process import cpu_seconds, cpu_seconds_of, family, memory_mb, peak_memory_mb

CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1], sys.argv[1]])"
GRANDCHILD = """
import time
block = bytearray(50_000_000)
while time.process_time() < 0.4: pass
print("busy", flush=True)
input()
"""


def test_a_family_is_counted_as_a_whole() -> None:
    command = [sys.executable, "-c", CHILD, GRANDCHILD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603  (our own)
        assert process.stdout is not None
        assert process.stdout.readline() == b"busy\n"
        assert len(family(process.pid)) == 2
        assert cpu_seconds(process.pid) >= 0.3
        assert cpu_seconds_of(family(process.pid)) == cpu_seconds(process.pid)
        now = memory_mb(process.pid)
        assert now >= 48
        assert peak_memory_mb(process.pid) >= now
        process.communicate(b"\n")
    assert cpu_seconds_of([process.pid]) == 0.0  # it has ended
