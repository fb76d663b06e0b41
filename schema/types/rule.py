"""A rule of a segment as GraphQL shows it."""

from datetime import datetime
from typing import cast

import strawberry
from strawberry.scalars import JSON

from resolvers.rules.definition.forms import as_q, as_where, written_as
from resolvers.rules.definition.paths import LOADED_INTO
from resolvers.rules.definition.rule import Rule
from resolvers.rules.read import ShownRule, progress
from schema.filter.customer import CustomerWhere
from schema.vocabulary.context import Info
from schema.vocabulary.enums import RuleState, RuleSubject
from schema.vocabulary.input.conversion import converted_at_once
from schema.vocabulary.written_form import written_form


@converted_at_once
@strawberry.input(
    description="Which customers are in a segment: exactly one of `where` and `q`, as in `customers`."
)
class SegmentRuleInput:
    where: CustomerWhere | None = strawberry.field(
        default=None, description="The condition; instants may be relative to now, as in `withinLast`."
    )
    q: str | None = strawberry.field(
        default=None, description="The condition in the query language: `mixins.shop.turnover:>=1000`."
    )
    subject: RuleSubject = strawberry.field(
        default=RuleSubject.CUSTOMER, description="Over what the rule ranges."
    )
    time_zone: str = strawberry.field(
        default="UTC", description="Where days and longer times begin: a name such as `Europe/Berlin`."
    )

    def document(self) -> dict[str, object]:
        """The rule as REST and data files write it."""
        return {
            "where": written_form(self.where),
            "q": self.q,
            "subject": self.subject.name,
            "timeZone": self.time_zone,
        }


@strawberry.type(
    description="The condition by which customers are in a segment. A customer who satisfies it has an "
    "AUTOMATIC assignment; what clients write by hand wins over it."
)
class SegmentRule:
    shown: strawberry.Private[ShownRule]

    @strawberry.field(
        description="The condition, in the form of `CustomerWhere`. Null where it was written as `q` and "
        "`where` cannot say the same: patterns, texts in an order, numbers in another notation (`1e3`)."
    )
    async def where(self) -> JSON | None:
        content = self._rule.content
        where = content.where if self._rule.error else await written_as(as_where, content)
        return cast("JSON | None", where)

    @strawberry.field(
        description="The condition in the query language. Null where it was written as `where` and `q` "
        "cannot say the same: `or`, `not`, `withinLast`, `withinNext`, several conditions on a legal entity."
    )
    async def q(self) -> str | None:
        content = self._rule.content
        return content.q if self._rule.error else await written_as(as_q, content)

    @strawberry.field(description="Over what it ranges.")
    def subject(self) -> RuleSubject:
        return self._rule.subject

    @strawberry.field(description="Where days and longer times begin.")
    def time_zone(self) -> str:
        return self._rule.content.time_zone

    @strawberry.field(description="How far it has been applied.")
    def state(self) -> RuleState:
        return self._rule.state

    @strawberry.field(
        description="Why this version of the gateway cannot read the rule, which is PAUSED then: another "
        "version has stored it. Set it again. Null where it can be read."
    )
    def error(self) -> str | None:
        return self._rule.error

    @strawberry.field(description="Which part of all customers it has been applied to, from 0 to 1.")
    async def progress(self, info: Info) -> float:
        return await progress(await info.context.reader(), self._rule)

    @strawberry.field(description="Up to when the passing of time is in its members.")
    def evaluated_to(self) -> datetime:
        return self.shown.evaluated_to

    @strawberry.field(
        description="The paths that it looks at, by name: `mixins.shop`, `legalEntity.name`, `inSegment:vip`."
    )
    def depends_on(self) -> list[str]:
        return sorted(path for path in self._rule.depends_on if not path.startswith(LOADED_INTO))

    @strawberry.field(description="How often it was written.")
    def version(self) -> int:
        return self._rule.version

    @strawberry.field(description="When the segment got it.")
    def created_at(self) -> datetime:
        return self._rule.created_at

    @strawberry.field(description="When it was last set, paused or edited.")
    def modified_at(self) -> datetime:
        return self._rule.modified_at

    @property
    def _rule(self) -> Rule:
        return self.shown.rule
