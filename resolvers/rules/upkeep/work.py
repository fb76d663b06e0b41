"""What a transaction remembers for the rules of its tenant."""

from dataclasses import dataclass, field
from typing import Any

from resolvers.rules.upkeep.touched import Touched


@dataclass(slots=True)
class RuleWork:
    """`touched` is what no rule has been applied to yet; `locked` are the rules, once they are locked."""

    touched: Touched = field(default_factory=Touched)
    locked: Any = None
