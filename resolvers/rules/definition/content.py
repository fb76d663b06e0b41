"""What the client of a rule writes: the condition, as `where` or as `q`, and how to read it."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from models.filter.errors import FilterError
from models.filter.parse import parse_q
from models.filter.tree import Condition, with_paths
from resolvers.errors import InvalidInput, Path
from resolvers.rules.definition.catalogue import CUSTOMERS
from resolvers.rules.definition.where import parse_where
from resolvers.rules.vocabulary import RuleSubject
from resolvers.values.text import same_json


@dataclass(frozen=True)
class RuleContent:
    """A condition with its subject and its time zone; exactly one of `where` and `q` is there."""

    where: dict[str, Any] | None
    q: str | None
    subject: RuleSubject
    time_zone: str

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of `segment_rule` that it decides."""
        return {"condition": self.where, "q": self.q, "subject": self.subject, "time_zone": self.time_zone}

    @cached_property
    def identity(self) -> bytes:
        """A short key for all that follows from it."""
        return hashlib.sha256(orjson.dumps(self.columns)).digest()

    @property
    def argument(self) -> Path:
        """The member that has the condition."""
        return ("where",) if self.q is None else ("q",)

    def is_same_as(self, content: "RuleContent") -> bool:
        """Whether both say the same: as JSON is, 1 is not true."""
        return same_json(self.columns, content.columns)

    def tree(self) -> Condition:
        """Parse the condition. Raises InvalidInput."""
        if self.where is not None:
            return parse_where(self.where)
        try:
            condition = parse_q(self.q or "")
        except FilterError as error:
            raise InvalidInput(error.message, path=("q",)) from error
        if condition is None:
            raise InvalidInput("A blank q is no rule: every customer satisfies it.", path=("q",))
        return canonical(condition)


def canonical(condition: Condition) -> Condition:
    """The condition with the paths of fields in place of their other names."""
    return with_paths(condition, lambda path: CUSTOMERS.aliases.get(path, path))
