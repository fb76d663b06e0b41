"""Whatever is asked, by whomever: a plan's answer is that of the standard execution."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from graphql import FieldNode, FragmentSpreadNode, parse, visit
from graphql import Visitor as SyntaxVisitor
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from resolvers.caller import ANONYMOUS
from tests.factories.examples import examples
from tests.factories.shop import Shop
from tests.schema.engine.plan.both_ways import PlansByText, Visitor, ask_plan, ask_standard, why_no_answer
from tests.schema.engine.plan.generated.operations import Operation, operations

CALLERS = (
    *[("RM", None, None)] * 8,
    ("RO", "bob", "globex"),
    ("O", "anna", None),
    ("O", "bob", "acme"),
    ("O", "carla", None),
    ("O", "c1", "le0"),
    ("O", None, None),
    ("M", "bob", None),
    ("", None, None),
    None,
)
LANGUAGES = (None, "de", "fr, de;q=0.5", "*", "xx", "de-CH, en;q=0.1", "*;q=0.1, zh-Hant-TW", ";;q=nonsense")
NO_ANSWER = {
    "refused: Forbidden",
    "refused: InvalidArgument",
    "refused: Unauthenticated",
    "unplanned: Segment.rule",
    "unplanned: a condition is null",
    "unplanned: an edge shows its node twice",
    "unplanned: changes",
    "unplanned: changes_cursor",
    "unplanned: explain_membership",
    "unplanned: explain_visibility",
    "unplanned: match_items",
    "unplanned: entities of types that are not selected",
    "unplanned: nodes",
    "unplanned: service",
    "unplanned: segment_rule_preview",
    "unplanned: the rows of a page lead on in two ways",
    "unplanned: two fields of an object ask for the same",
    "unplanned: view_as",
    "unplanned: viewer",
    "unplanned: webhook",
    "unplanned: webhooks",
}
"""Why a plan may leave an operation to the standard execution. Anything else is a bug in a plan."""
thorough = settings(
    max_examples=examples(480),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def cursors_in(value: Any) -> list[str]:
    """Every cursor that an answer shows."""
    match value:
        case dict():
            own = [one for key, one in value.items() if "ursor" in key and isinstance(one, str)]
            return own + [cursor for inner in value.values() for cursor in cursors_in(inner)]
        case list():
            return [cursor for inner in value for cursor in cursors_in(inner)]
        case _:
            return []


@thorough
@given(operation=operations(), data=st.data())
async def test_a_plan_answers_like_the_standard_execution(
    random_shops: Sequence[Shop], plans: PlansByText, operation: Operation, data: st.DataObject
) -> None:
    shop = data.draw(st.sampled_from(random_shops))
    who = data.draw(st.sampled_from(CALLERS))
    caller = ANONYMOUS if who is None else shop.caller(*who)
    visitor = Visitor(shop, caller, data.draw(st.sampled_from(LANGUAGES)))
    shown = await compare(plans, visitor, operation, operation.variables)
    cursors = cursors_in(shown)
    if cursors and operation.cursors:
        event("turns a page")
        turned = {name: data.draw(st.sampled_from(cursors)) for name in operation.cursors}
        await compare(plans, visitor, operation, {**operation.variables, **turned})


async def compare(
    plans: PlansByText, visitor: Visitor, operation: Operation, variables: Mapping[str, Any]
) -> Any:
    """Ask both ways where a plan answers, and hand back what it shows."""
    planned = await ask_plan(plans, visitor, operation.document, variables, operation.name)
    if planned is None:
        reason = await why_no_answer(visitor, operation, variables)
        assert reason in NO_ANSWER
        event(reason)
        return None
    standard = await ask_standard(visitor, operation.document, variables, operation.name)
    assert planned.json == standard.json
    assert planned.statements <= standard.statements or repeats_itself(operation.document)
    event(f"planned, statements {planned.statements - standard.statements:+}")
    return orjson.loads(planned.json)


def repeats_itself(document: str) -> bool:
    """Whether a field that leads on, or a fragment, comes twice: DataLoaders remember what they have seen."""
    names: list[str] = []

    class Finder(SyntaxVisitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            names.extend([node.name.value] if node.selection_set else [])

        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
            names.append(node.name.value)

    visit(parse(document), Finder())
    return len(set(names)) < len(names)
