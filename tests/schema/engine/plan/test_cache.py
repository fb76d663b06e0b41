"""The plans that are kept: for which operation of a document, and how many."""

import gc
from collections.abc import Iterable
from time import perf_counter

import pytest
from graphql.execution.values import VariableValues

from models.cache import Budget
from schema.engine.document import DOCUMENT_BYTES, LONGEST_DOCUMENT, Documents
from schema.engine.limits.limits import Limits
from schema.engine.plan.cache import Plans
from schema.engine.plan.list_reading import ListReading
from schema.engine.plan.question import Question
from schema.federation.root import federated_schema as schema
from tests.factories.memory import allocation
from tests.factories.shop import Shop
from tests.schema.engine.plan.both_ways import UNBOUNDED, Answer, PlansByText, Visitor, ask_plan

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


def measured(documents: Documents, texts: Iterable[str]) -> int:
    """The bytes that are allocated for documents with their plans."""
    plans = Plans(schema, documents)
    with allocation() as allocated:
        for text in texts:
            for operation in documents.read(text).operations.values():
                lists = ListReading(join=True, in_one=False)
                plans._plan(operation, VariableValues({}, {}), lists)  # noqa: SLF001  (what `run` does first)
    return allocated.size


SPREAD = """fragment F on SegmentConnection { nodes { id name status customerAssignments { nodes {
    customer { id firstName lastName email } metadata { version } } }
    itemAssignments { nodes { item { id } } } } }"""
WHERE = "where: {and: [" + ", ".join('{id: {eq: "a"}}' for _ in range(40)) + "]}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "{ a%d: __typename }",
        '{ segment(id: "%d") { ' + "id " * 100 + "} }",
        '{ segments(q: "%d' + "x" * 9_000 + '") { nodes { id } } }',
        '{ segments(q: "%d' + "\N{GRINNING FACE}" * 9_000 + '") { nodes { id } } }',
        "{ b%d: __typename " + " ".join(f"a{n}: segments {{ ...F }}" for n in range(10)) + " } " + SPREAD,
        "{ b%d: __typename "
        + " ".join(f"a{n}: segments({WHERE}) {{ nodes {{ id }} }}" for n in range(5))
        + "}",
        "{ b%d: __typename "
        + " ".join(f"a{n}: segments {{ ...F }}" for n in range(9))
        + " } fragment F on SegmentConnection { nodes { "
        'customerAssignments(q: "customer.id:a") { nodes { customer { id } } } } }',
        "{ a%d: " + " ".join(f"f{n}" for n in range(400)) + " }",
        "{ a%d " + "x" * 5_000 + " ! }",
    ],
)
async def test_documents_are_weighed_with_their_plans(text: str) -> None:
    """The estimate may be more than what is measured; it is not much less."""
    budget = Budget()
    documents = Documents(schema, UNBOUNDED, budget)
    measured(Documents(schema, UNBOUNDED, Budget()), [text % -1 if "a%d" not in text else text % 0])
    found = measured(documents, (text % number for number in range(1, 4)))
    estimated = budget.usage()["documents"].size
    assert budget.usage()["documents"].entries == 3
    assert 0.8 * found < estimated < 4 * found + 3 * DOCUMENT_BYTES


async def test_the_documents_seen_last_are_kept_within_their_bytes(visitor: Visitor) -> None:
    budget = Budget(8_000_000)
    plans = PlansByText(Documents(schema, UNBOUNDED, budget))
    for number in range(100):
        assert await ask_plan(plans, visitor, f"{{ a{number}: __typename }}") is not None
        assert await ask_plan(plans, visitor, f"{{ a{number}: nothing }}") is None
    usage = budget.usage()["documents"]
    assert 1_500_000 < usage.size <= 1_600_000
    assert 40 <= len(plans) == usage.entries <= 50


async def test_a_long_document_is_executed_but_not_kept(plans: PlansByText, visitor: Visitor) -> None:
    assert await ask_plan(plans, visitor, "{ __typename }" + " " * LONGEST_DOCUMENT) is not None
    assert len(plans) == 0


async def test_plans_are_forgotten_with_their_documents(visitor: Visitor) -> None:
    """Nothing else holds on to what a plan is made of."""

    def questions() -> int:
        gc.collect()
        return sum(isinstance(one, Question) for one in gc.get_objects())

    before = questions()
    plans = PlansByText(Documents(schema, UNBOUNDED, Budget(8_000_000)))
    for number in range(100):
        document = f'{{ segments(q: "id:x{number}") {{ nodes {{ a{number}: id }} }} }}'
        assert await ask_plan(plans, visitor, document) is not None
    assert 20 <= len(plans) <= 50
    assert questions() - before == len(plans)


async def test_long_documents_are_fewer(visitor: Visitor) -> None:
    budget = Budget(8_000_000)
    plans = PlansByText(Documents(schema, UNBOUNDED, budget))
    padding = " " * (LONGEST_DOCUMENT - 100)
    for number in range(100):
        assert await ask_plan(plans, visitor, f"{{ a{number}: __typename }}{padding}") is not None
    assert 15 <= len(plans) <= 22


def test_documents_of_anonymous_callers_displace_only_each_other() -> None:
    documents = Documents(schema, Limits(), Budget(8_000_000))
    known = documents.read("{ __typename }")
    for number in range(200):
        documents.read(f"{{ a{number}: __typename }}", is_anonymous=True)
    assert documents.read("{ __typename }") is known
    assert len(documents) < 10


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
