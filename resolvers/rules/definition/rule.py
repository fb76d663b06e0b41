"""A rule as it is stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from models.filter.tree import Condition
from models.sql.prepared import Row
from resolvers.rules.definition.content import RuleContent
from resolvers.rules.definition.facts import RuleFacts, TimedPath, condition_of, facts_of, learn_facts
from resolvers.rules.definition.paths import LOADED_INTO, coarse
from resolvers.rules.vocabulary import Removal, RuleState, RuleSubject


@dataclass(frozen=True)
class Rule:
    """The rule of a segment, with how far it has been applied.

    What follows from a large condition is at hand where `learn_facts` has been called before.
    """

    segment_id: str
    content: RuleContent
    state: RuleState
    version: int
    created_at: datetime
    modified_at: datetime
    built_to: tuple[str, str] | None
    built_keys: int
    removal: Removal | None = None

    @classmethod
    def of(cls, row: Row) -> "Rule":
        """The rule of a row."""
        content = RuleContent(row["condition"], row["q"], RuleSubject(row["subject"]), row["time_zone"])
        built = row["built_customer_id"]
        return cls(
            row["segment_id"],
            content,
            RuleState.REMOVING if row["removal"] else RuleState(row["state"]),
            row["version"],
            row["created_at"],
            row["modified_at"],
            None if built is None else (built, row["built_legal_entity_id"]),
            row["built_keys"],
            Removal(row["removal"]) if row["removal"] else None,
        )

    @property
    def name(self) -> tuple[str, int, datetime]:
        """What tells this version from others of the tenant."""
        return self.segment_id, self.version, self.created_at

    @cached_property
    def facts(self) -> RuleFacts:
        """What follows from its condition."""
        return facts_of(self.content)

    @property
    def is_applied(self) -> bool:
        """Whether changes of customers change its members."""
        return self.state in (RuleState.ACTIVE, RuleState.BUILDING) and self.error is None

    @property
    def subject(self) -> RuleSubject:
        return self.content.subject

    @property
    def error(self) -> str | None:
        """Why this version of the gateway cannot read it: another version has stored it."""
        return self.facts.error

    @property
    def segments(self) -> frozenset[str]:
        """The segments whose members it asks for."""
        return self.facts.segments

    @property
    def timed_paths(self) -> frozenset[TimedPath]:
        """Where time alone changes whether the condition holds."""
        return self.facts.timed_paths

    @property
    def date_paths(self) -> frozenset[str]:
        """The paths under which the dates that the rule looks at are stored."""
        return frozenset(timed.written for timed in self.timed_paths)

    @cached_property
    def zone(self) -> tzinfo:
        """Where its days begin."""
        name = self.content.time_zone
        return UTC if self.error or name == "UTC" else ZoneInfo(name)

    @cached_property
    def looks_at(self) -> frozenset[str]:
        """The paths that it looks at."""
        return self.facts.looks_at | {f"{LOADED_INTO}:{self.segment_id}"}

    @cached_property
    def depends_on(self) -> frozenset[str]:
        """The same, of mixins as a whole."""
        return frozenset(map(coarse, self.looks_at))

    def condition(self) -> Condition:
        """Parse its condition, as the catalogue of its subject takes it."""
        return condition_of(self.content)

    @property
    def size(self) -> int:
        """An estimate of its bytes."""
        return 2_000 + self.facts.size


async def rules_of_rows(rows: Iterable[Row]) -> list[Rule]:
    """The rules of rows, with what follows from their conditions."""
    rules = [Rule.of(row) for row in rows]
    await learn_facts(rule.content for rule in rules)
    return rules
