"""What a run of the tests leaves to the next one."""

from pathlib import Path
from typing import Final

CACHE: Final = Path(__file__).parents[1] / ".cache"
"""Not in git; to be thrown away at will."""
