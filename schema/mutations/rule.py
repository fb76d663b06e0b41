"""Mutations that set, pause and remove rules, and hand customers back to them. They need segment_manage."""

from collections.abc import Awaitable
from typing import Annotated

import strawberry

from resolvers.access import Writer
from resolvers.customer_assignment import customer_key
from resolvers.errors import GatewayError, InvalidInput
from resolvers.rules.changing.activation import Bounds
from resolvers.rules.changing.pause import pause_rule
from resolvers.rules.changing.release import release_customers
from resolvers.rules.changing.remove import remove_rule
from resolvers.rules.changing.set import set_rule
from resolvers.rules.changing.store import require_to_change_rules
from resolvers.rules.definition.document import rule_content
from resolvers.rules.definition.rule import Rule
from resolvers.rules.head import lock_rules
from resolvers.rules.read import ShownRule, shown
from resolvers.values.text import checked_segment_id
from resolvers.writing.command import Key
from schema.mutations.assignment import CustomerAssignmentResult, CustomerKeyInput, customer_results
from schema.mutations.mutating import UserError, mutate, mutate_after_long_read, mutate_each, user_errors
from schema.types.rule import SegmentRule, SegmentRuleInput
from schema.vocabulary.context import Info

BESIDE = ("segmentId", "mostJoins", "mostLeaves", "customers")
SegmentId = Annotated[strawberry.ID, strawberry.argument(description="The segment.")]
NewRule = Annotated[SegmentRuleInput, strawberry.argument(description="The rule as it shall be.")]
MostJoins = Annotated[
    int | None,
    strawberry.argument(description="Change nothing if more customers than this would join. From 0."),
]
MostLeaves = Annotated[
    int | None,
    strawberry.argument(description="Change nothing if more customers than this would leave. From 0."),
]
KeepMembers = Annotated[
    bool,
    strawberry.argument(description="The members stay, as if a client had assigned them; else they leave."),
]
Customers = Annotated[
    list[CustomerKeyInput], strawberry.argument(description="The customers to hand back; at most 200.")
]
RULE = "The rule as it is now; null where there are `userErrors`."
ERRORS = "What is wrong with the input; empty on success."


@strawberry.type
class RulePayload:
    rule: SegmentRule | None = strawberry.field(description=RULE)
    user_errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.type(description="The answer of `segmentRuleSet`.")
class SegmentRuleSetPayload(RulePayload):
    pass


@strawberry.type(description="The answer of `segmentRulePause`.")
class SegmentRulePausePayload(RulePayload):
    pass


@strawberry.type(description="The answer of `segmentRuleRemove`.")
class SegmentRuleRemovePayload:
    removed_from_segment_id: strawberry.ID | None = strawberry.field(
        description="The segment whose rule was removed; null where it had none, and that is no error."
    )
    user_errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.type(description="The answer of `segmentCustomersRelease`.")
class SegmentCustomersReleasePayload:
    results: list[CustomerAssignmentResult] = strawberry.field(
        description="One for each customer, in their order; the assignment is null where the rule says no."
    )
    user_errors: list[UserError] = strawberry.field(
        description="What is wrong with the input; then nothing was written."
    )


@strawberry.type
class RuleMutation:
    @strawberry.field(
        description="Give a segment a rule, or another one, and apply it; a paused one goes on. Up to 20,000 "
        "customers move at once, more in the background while the rule is BUILDING. "
        "Needs segment_read as well. REST: `PUT /segments/{segmentId}/rule`."
    )
    async def segment_rule_set(
        self,
        info: Info,
        segment_id: SegmentId,
        rule: NewRule,
        most_joins: MostJoins = None,
        most_leaves: MostLeaves = None,
    ) -> SegmentRuleSetPayload:
        require_to_change_rules(info.context.caller)
        result = await mutate_after_long_read(
            info,
            lambda: (
                checked_segment_id(segment_id, ("segmentId",)),
                rule_content(rule.document()),
                Bounds(_bound(most_joins, "mostJoins"), _bound(most_leaves, "mostLeaves")),
            ),
            lambda writer, command: _shown(writer, set_rule(writer, *command)),
        )
        return SegmentRuleSetPayload(rule=_rule(result), user_errors=_errors(result))

    @strawberry.field(
        description="Leave the members of a segment as they are, whatever customers change, until the rule "
        "is set again."
    )
    async def segment_rule_pause(self, info: Info, segment_id: SegmentId) -> SegmentRulePausePayload:
        result = await mutate(
            info, lambda: segment_id, lambda writer, rule_id: _shown(writer, pause_rule(writer, rule_id))
        )
        return SegmentRulePausePayload(rule=_rule(result), user_errors=_errors(result))

    @strawberry.field(
        description="Remove the rule of a segment, with what it remembers of customers taken out by hand. "
        "Up to 20,000 members leave at once, more in the background while the rule is REMOVING. "
        "REST: `DELETE /segments/{segmentId}/rule`."
    )
    async def segment_rule_remove(
        self, info: Info, segment_id: SegmentId, keep_members: KeepMembers = False
    ) -> SegmentRuleRemovePayload:
        result = await mutate(
            info,
            lambda: segment_id,
            lambda writer, rule_id: remove_rule(writer, rule_id, keep_members=keep_members),
        )
        removed = segment_id if result is True else None
        return SegmentRuleRemovePayload(removed_from_segment_id=removed, user_errors=_errors(result))

    @strawberry.field(
        description="Let the rule decide again about customers that a client has put into the segment or "
        "taken out of it. Needs segment_read as well. REST: `POST /segments/{segmentId}/rule/release`."
    )
    async def segment_customers_release(
        self, info: Info, segment_id: SegmentId, customers: Customers
    ) -> SegmentCustomersReleasePayload:
        def key(element: CustomerKeyInput) -> Key:
            return customer_key(segment_id, element.customer_id, element.legal_entity_id)

        require_to_change_rules(info.context.caller)
        outcomes = await mutate_each(
            info,
            customers,
            key,
            lambda writer, keys: release_customers(writer, segment_id, keys),
            ("customers",),
        )
        return SegmentCustomersReleasePayload(
            results=await customer_results(info, outcomes), user_errors=_errors(outcomes)
        )


async def _shown(writer: Writer, change: Awaitable[Rule]) -> ShownRule:
    """The changed rule as readers see it."""
    rule = await change
    rules = await lock_rules(writer)
    return shown(rule, rules.evaluated_to or writer.now, writer.policy)


def _rule(result: ShownRule | GatewayError) -> SegmentRule | None:
    return None if isinstance(result, GatewayError) else SegmentRule(shown=result)


def _errors(result: object) -> list[UserError]:
    return user_errors(result, "rule", beside=BESIDE)


def _bound(value: int | None, name: str) -> int | None:
    if value is not None and value < 0:
        raise InvalidInput("A number from 0 is expected.", path=(name,))
    return value
