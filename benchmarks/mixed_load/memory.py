"""How much memory the gateway's processes take while they work."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

from tests.survival.server import Server


@dataclass
class Memory:
    """Megabytes of all processes together, sampled every second."""

    server: Server
    samples: list[float] = field(default_factory=list)

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            pids = [self.server.process.pid, *self.server.fork_servers(), *self.server.workers()]
            self.samples.append(sum(map(resident_megabytes, pids)))
            await asyncio.sleep(1)

    @property
    def quarters(self) -> list[float]:
        """The mean of each quarter of the time."""
        size = max(1, len(self.samples) // 4)
        return [mean(self.samples[start : start + size]) for start in range(0, size * 4, size)]


def resident_megabytes(pid: int) -> float:
    """Its memory, and its part of what it shares. Nothing of a process that has just ended."""
    try:
        status = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    lines = [line for line in status.splitlines() if line.startswith("Pss:")]
    return int(lines[0].split()[1]) / 1024 if lines else 0
