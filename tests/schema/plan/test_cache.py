"""The plans that are kept: for which operation of a document, and how many."""

from time import perf_counter

import pytest

from schema.document import LONGEST_DOCUMENT, MOST_CHARACTERS, Documents
from schema.root import schema
from tests.factories.shop import Shop
from tests.schema.plan.both_ways import UNBOUNDED, Answer, PlansByText, Visitor, ask_plan

TWO_OPERATIONS = "query A { a: __typename } query B { b: __typename }"


@pytest.fixture
def visitor(shop: Shop) -> Visitor:
    return Visitor(shop, shop.caller("R"))


async def test_the_operation_name_says_which_operation_runs(plans: PlansByText, visitor: Visitor) -> None:
    assert await ask_plan(plans, visitor, TWO_OPERATIONS, name="A") == Answer(b'{"a":"Query"}', 0)
    assert await ask_plan(plans, visitor, TWO_OPERATIONS, name="B") == Answer(b'{"b":"Query"}', 0)


@pytest.mark.parametrize("name", [None, "", "C", "a"])
async def test_without_a_fitting_operation_name_there_is_no_plan(
    plans: PlansByText, visitor: Visitor, name: str | None
) -> None:
    assert await ask_plan(plans, visitor, TWO_OPERATIONS, name=name) is None


async def test_each_combination_of_conditions_has_its_own_plan(plans: PlansByText, visitor: Visitor) -> None:
    query = """query ($a: Boolean!, $b: Boolean = true) {
        a: __typename @skip(if: $a) b: __typename @include(if: $b) }"""
    answers = {
        (a, b): await ask_plan(plans, visitor, query, {"a": a, "b": b})
        for a in (True, False)
        for b in (True, False)
    }
    assert answers == {
        (True, True): Answer(b'{"b":"Query"}', 0),
        (True, False): Answer(b"{}", 0),
        (False, True): Answer(b'{"a":"Query","b":"Query"}', 0),
        (False, False): Answer(b'{"a":"Query"}', 0),
    }


async def test_a_condition_that_is_null_is_no_condition(plans: PlansByText, visitor: Visitor) -> None:
    query = "query ($a: Boolean = true) { a: __typename @skip(if: $a) }"
    assert await ask_plan(plans, visitor, query) == Answer(b"{}", 0)
    assert await ask_plan(plans, visitor, query, {"a": None}) is None


async def test_the_documents_seen_last_are_kept(visitor: Visitor) -> None:
    plans = PlansByText(Documents(schema, UNBOUNDED, size=20))
    for number in range(100):
        assert await ask_plan(plans, visitor, f"{{ a{number}: __typename }}") is not None
        assert await ask_plan(plans, visitor, f"{{ a{number}: nothing }}") is None
    assert len(plans) == 20


async def test_a_long_document_is_executed_but_not_kept(plans: PlansByText, visitor: Visitor) -> None:
    assert await ask_plan(plans, visitor, "{ __typename }" + " " * LONGEST_DOCUMENT) is not None
    assert len(plans) == 0


async def test_long_documents_are_fewer(plans: PlansByText, visitor: Visitor) -> None:
    padding = " " * (LONGEST_DOCUMENT - 100)
    for number in range(2 * MOST_CHARACTERS // LONGEST_DOCUMENT):
        assert await ask_plan(plans, visitor, f"{{ a{number}: __typename }}{padding}") is not None
    assert len(plans) == MOST_CHARACTERS // LONGEST_DOCUMENT // 2  # each counts with its plan


async def test_fragments_that_multiply_do_not_hold_up_the_process(
    plans: PlansByText, visitor: Visitor
) -> None:
    """Each level spreads the next one twice: 2 to the 25th fields."""
    levels = [
        f"fragment F{number} on Segment {{ customerAssignments {{ nodes {{ "
        f"segment {{ ...F{number + 1} }} customer {{ segments {{ nodes {{ ...F{number + 1} }} }} }} }} }} }}"
        for number in range(25)
    ]
    query = "\n".join(['{ segment(id: "nowhere") { ...F0 } }', *levels, "fragment F25 on Segment { id }"])
    started = perf_counter()
    assert await ask_plan(plans, visitor, query) is None
    assert perf_counter() - started < 5
