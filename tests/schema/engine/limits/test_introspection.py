"""Tools read the schema within limits of their own; what would multiply it is refused."""

from typing import Any

import orjson
import pytest
from graphql import build_client_schema, execute_sync, parse, print_schema

from models.cache import Budget
from schema.engine.document import Documents
from schema.engine.introspection import Introspection, asks_for_schema_only
from schema.engine.limits.limits import Limits
from schema.root import schema
from tests.schema.engine.limits.queries import TOOLS, graphql_core_queries
from tests.schema.engine.limits.test_limits import refusal

CORE = schema._schema  # noqa: SLF001  (there is no other way to graphql-core's)
DEFAULTS = Limits()
DEEPEST_TYPE = 4
"""Wrappers that tell every type of our schema in full."""


@pytest.mark.parametrize("query", [tool.query() for tool in TOOLS.values()], ids=TOOLS.keys())
def test_the_query_of_a_tool_is_answered_with_the_whole_schema(query: str) -> None:
    document = Documents(schema).read(query)
    assert document.errors == ()
    result = execute_sync(CORE, parse(query))
    assert result.errors is None
    assert result.data is not None
    if query.count("ofType") >= DEEPEST_TYPE:
        assert print_schema(build_client_schema(result.data)) == print_schema(CORE)  # type: ignore[arg-type]


@pytest.mark.slow
def test_whatever_graphql_core_asks_is_within_a_third_of_the_limits() -> None:
    third = Limits(introspection_values=DEFAULTS.introspection_values // 3)
    for query in graphql_core_queries():
        assert Documents(schema, third).read(query).errors == ()


def test_an_operation_of_the_shop_keeps_its_limits_beside_the_schema() -> None:
    query = TOOLS["sgqlc"].query().replace("  __schema", "  viewer { tenant } __schema")
    assert Documents(schema).read(query).errors == ()
    inside = "customerAssignments { nodes { segment { id } } }"
    deep = f"{{ __schema {{ types {{ name }} }} segments {{ nodes {{ {inside} }} }} }}"
    assert refusal(Documents(schema, Limits(depth=4)).read(deep)) == ("depth", 4, 5)
    directives = "__typename @include(if: true) " * 11
    assert refusal(Documents(schema).read(f"{{ {directives} }}")) == ("directives", 10, 11)


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        ("{ __schema { types { " + "ofType { " * 29 + "name" + " }" * 29 + " } } }", ("depth", 30, 31)),
        ("{ ...F } fragment F on Query { __schema { types { ...T } } } fragment T on __Type { "
         + "ofType { " * 30 + "name" + " }" * 30 + " }", ("depth", 30, 31)),
        ("{ __schema { " + "description @include(if: true) " * 101 + "} }", ("directives", 100, 101)),
        ("{ __schema { types { " + "name " * 100 + "} } }", ("fields", 100, 101)),
        ("{ __schema { types { " + " ".join(f"a{n}: name" for n in range(31)) + "}}}",
         ("aliases", 30, 31)),
    ],
    ids=["deep", "deep through fragments", "directives", "fields", "aliases"],
)  # fmt: skip
def test_more_than_a_tool_needs_is_refused(query: str, limit: tuple[Any, ...]) -> None:
    fields = 100 if limit[0] == "fields" else 1_000
    assert refusal(Documents(schema, Limits(fields=fields)).read(query)) == limit


def count(value: Any) -> int:
    """The values below the root fields, as the limit counts them: each member of an object."""
    if isinstance(value, dict):
        return sum(1 + count(one) for one in value.values())
    return sum(map(count, value)) if isinstance(value, list) else 0


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { types { name } } }",
        """{ __schema { types { ...T } directives { args(includeDeprecated: true) { name } } } }
        fragment T on __Type { fields(includeDeprecated: true) {
          args(includeDeprecated: true) { name } } }""",
        "{ a: __schema { queryType { name } } b: __schema { types { possibleTypes { name } } } }",
        "{ __schema { types { fields(includeDeprecated: true) { type { kind } } } } }",
        "{ ...F ... on Query { ...F } } fragment F on Query { __schema { types { kind } } }",
    ],
)
def test_the_count_is_that_of_the_answer(query: str) -> None:
    result = execute_sync(CORE, parse(query))
    assert result.data is not None
    values = sum(map(count, result.data.values()))
    times = 2 if "...F" in query else 1  # what is merged in the answer counts each time
    assert Documents(schema, Limits(introspection_values=times * values)).read(query).errors == ()
    refused = Documents(schema, Limits(introspection_values=times * values - 1)).read(query)
    assert refusal(refused)[0] == "introspection"


def test_a_type_by_name_counts_as_the_largest() -> None:
    query = "query ($n: String!) { __type(name: $n) { fields(includeDeprecated: true) { name } } }"
    largest = max(
        sum(map(count, (execute_sync(CORE, parse(query), variable_values={"n": name}).data or {}).values()))
        for name in CORE.type_map
    )
    assert Documents(schema, Limits(introspection_values=largest)).read(query).errors == ()
    assert (
        refusal(Documents(schema, Limits(introspection_values=largest - 1)).read(query))[0] == "introspection"
    )


def test_a_bomb_is_refused_before_it_is_executed() -> None:
    argument = "args { name type { name kind ofType { name kind ofType { name kind } } } }"
    inside = (
        f"fields {{ {argument} type {{ fields {{ {argument} }} ofType {{ fields {{ {argument} }} }} }} }}"
    )
    bomb = " ".join(f"a{number}: __schema {{ types {{ {inside} }} }}" for number in range(20))
    limit, maximum, found = refusal(Documents(schema).read(f"{{ {bomb} }}"))
    assert (limit, maximum) == ("introspection", 50_000)
    assert found > maximum


@pytest.mark.parametrize(
    ("query", "is_answered_here"),
    [
        ("{ __schema { types { name } } }", True),
        ('{ __typename t: __type(name: "Segment") { name } }', True),
        ("{ __typename }", False),
        ("{ viewer { tenant } __schema { types { name } } }", False),
        ("{ ...F } fragment F on Query { __schema { types { name } } }", False),
        ("mutation { __typename }", False),
    ],
)
async def test_a_query_of_the_schema_alone_is_kept_as_bytes(query: str, *, is_answered_here: bool) -> None:
    [operation] = Documents(schema).read(query).operations.values()
    assert asks_for_schema_only(operation) is is_answered_here


async def test_the_answer_is_kept_at_its_second_request_for_its_variables() -> None:
    budget = Budget()
    introspection = Introspection(CORE, budget)
    inside = "name fields(includeDeprecated: $d) { name }"
    query = f"query ($n: String!, $d: Boolean = false) {{ __type(name: $n) {{ {inside} }} }}"
    [operation] = Documents(schema).read(query).operations.values()
    for name in ("Segment", "Segment", "Customer", "Segment"):
        values = operation.variables({"n": name})
        assert not isinstance(values, list)
        result = await introspection.run(operation, values.coerced)
        assert result is not None
        assert orjson.loads(orjson.dumps(result.data))["__type"]["name"] == name
    usage = budget.usage()["introspection"]
    assert (usage.entries, usage.hits) == (1, 1)


async def test_the_answer_to_the_longest_query_of_a_tool_is_kept() -> None:
    budget = Budget()
    introspection = Introspection(CORE, budget)
    longest = max((tool.query() for tool in TOOLS.values()), key=lambda query: query.count("description"))
    [operation] = Documents(schema).read(longest).operations.values()
    for _ in range(3):
        assert await introspection.run(operation, {"d": True}) is not None
    assert budget.usage()["introspection"].entries == 1
