"""The command line in forked processes, which need not import the application first."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from gateway.cli import main
from gateway.server.fork_server import ForkServer

IMPORTED: Final = (
    "gateway.app",
    "gateway.commands.serve",
    "gateway.commands.transfer.load",
    "models.migrate",
)
PATIENCE: Final = 120
"""Seconds for what takes one: only a test that would fail waits so long."""


class Programs:
    """Runs commands to their end, as `subprocess.run` does with the installed program."""

    def __init__(self) -> None:
        self._server = ForkServer([__name__, *IMPORTED])

    def run(
        self,
        *arguments: object,
        environment: Mapping[str, str],
        stdin: bytes = b"",
        folder: Path | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """The exit status of a command and its output. Raises TimeoutExpired."""
        command = [*map(str, arguments)]
        with TemporaryFile() as given, TemporaryFile() as output, TemporaryFile() as errors:
            given.write(stdin)
            given.seek(0)
            files = [file.fileno() for file in (given, output, errors)]
            process = self._server.fork(_run, command, dict(environment), folder, files=files)
            process.join(PATIENCE)
            if process.is_alive():
                process.kill()
                raise subprocess.TimeoutExpired(command, PATIENCE)
            status = process.exitcode
            assert status is not None
            output.seek(0)
            errors.seek(0)
            return subprocess.CompletedProcess(command, status, output.read(), errors.read())

    def close(self) -> None:
        """End the process that forks."""
        self._server.close()
        assert self._server.has_ended(within=60)


def _run(arguments: list[str], environment: dict[str, str], folder: Path | None, *files: int) -> None:
    """Become the program, with the files as its standard streams."""
    for stream, file in enumerate(files):
        os.dup2(file, stream)
    os.environ.clear()
    os.environ.update(environment)
    if folder is not None:
        os.chdir(folder)
    sys.argv = ["segment-gateway", *arguments]
    main()
