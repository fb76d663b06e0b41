"""Each limit lets pass what is allowed, and refuses one more with the figure."""

from typing import Any

import pytest
from graphql import get_introspection_query

from schema.engine.document import Document, Documents
from schema.engine.limits.limits import Limits
from schema.root import schema

PREVIEW = '{ segmentRulePreview(segmentId: "s", rule: {q: "id:a"}) { %s } }'
LIMITS = Limits(
    characters=500, tokens=60, depth=4, aliases=2, root_fields=3, directives=2, fields=8, same_name=3
)


def refusal(document: Document) -> tuple[Any, ...]:
    [error] = document.errors
    assert error.extensions is not None
    assert error.extensions["code"] == "LIMIT_EXCEEDED"
    return tuple(error.extensions[name] for name in ("limit", "maximum", "found"))


@pytest.mark.parametrize(
    ("fits", "exceeds", "limit"),
    [
        ("{__typename}".ljust(500), "{__typename}".ljust(501), ("characters", 500, 501)),
        ("{segments{nodes{metadata{version}}}}", "{segments{nodes{f{g{h}}}}}", ("depth", 4, 5)),
        (
            "{segments{...F}} fragment F on SegmentConnection{nodes{metadata{version}}}",
            "{segments{...F}} fragment F on SegmentConnection{nodes{metadata{f{g}}}}",
            ("depth", 4, 5),
        ),
        ("{a:__typename b:__typename}", "{a:__typename b:__typename c:__typename}", ("aliases", 2, 3)),
        (
            "{__typename __typename ...{__typename}}",
            "{__typename ...{__typename} ...F} fragment F on Query{viewer{tenant} node{id}}",
            ("root_fields", 3, 4),
        ),
        (
            "{__typename @skip(if:true) ...@skip(if:true){__typename}}",
            "query @a {__typename @skip(if:true) ...@skip(if:true){__typename}}",
            ("directives", 2, 3),
        ),
        (
            "{segments{nodes{id status isActive siteCode} totalCount}}",
            "{segments{nodes{id status isActive siteCode f} pageInfo{g}}}",
            ("fields", 8, 9),
        ),
        ("{__typename __typename __typename}", "{segments{nodes{id id id id}}}", ("same_name", 3, 4)),
    ],
)
def test_one_more_is_refused_with_the_figure(fits: str, exceeds: str, limit: tuple[Any, ...]) -> None:
    documents = Documents(schema, LIMITS)
    assert documents.read(fits).errors == ()
    assert refusal(documents.read(exceeds)) == limit


def test_a_token_more_is_refused() -> None:
    documents = Documents(schema, Limits(tokens=3))
    assert documents.read("{__typename}").errors == ()
    assert refusal(documents.read("{__typename id}")) == ("tokens", 3, 4)


def test_only_so_many_mistakes_are_told() -> None:
    errors = Documents(schema).read("{" + " ".join(f"f{number}" for number in range(9)) + "}").errors
    assert len(errors) == 6
    assert errors[-1].message == "Too many validation errors, error limit reached. Validation aborted."


@pytest.mark.parametrize("start", ["{ ...F0 }", "{ __typename }"])
def test_fragments_that_multiply_are_counted_once_each(start: str) -> None:
    """Two to the sixtieth fields in a few kilobytes: whoever expanded them would never come back."""
    levels = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60)]
    text = "\n".join([start, *levels, "fragment F60 on Query { __typename }"])
    limit, maximum, found = refusal(Documents(schema, Limits(root_fields=10**9)).read(text))
    assert (limit, maximum) in {("fields", 1_000), ("same_name", 100)}
    assert found <= 2 * maximum


def chain(fragments: int, levels: int) -> list[str]:
    """Fragments that spread each other, each inside so many inline fragments; the first is the outermost."""
    spreads = [f"...F{number + 1}" for number in range(fragments - 1)] + ["__typename"]
    return [
        f"fragment F{number} on Query {'{...' * levels}{{{inside}}}{'}' * levels}"
        for number, inside in enumerate(spreads)
    ]


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize(("fragments", "levels"), [(1, 99), (2, 49), (100, 0)])
def test_nesting_is_bounded_through_fragments_in_whatever_order(
    fragments: int, levels: int, direction: int
) -> None:
    """They are no levels of fields, but whoever walks a document recurses into them."""
    documents = Documents(schema, Limits(tokens=10_000))
    definitions = chain(fragments, levels)[::direction]
    assert documents.read(" ".join(["{ ...F0 }", *definitions])).errors == ()
    beyond = documents.read(" ".join(["{ ...{ ...F0 } }", *definitions]))
    assert refusal(beyond) == ("nesting", 100, 101)


def test_fragments_in_a_circle_are_a_mistake_like_any_other() -> None:
    text = "{ ...A } fragment A on Query { ...B ...B } fragment B on Query { ...A ...A }"
    assert "Cannot spread fragment" in Documents(schema).read(text).errors[0].message


def test_graphiql_may_ask_for_the_schema_unless_it_must_not() -> None:
    query = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    assert Documents(schema).read(query).errors == ()
    closed = Documents(schema, Limits(introspection=False))
    assert "introspection has been disabled" in closed.read(query).errors[0].message
    assert closed.read("{ segmens { nodes { id } } }").errors[0].message == (
        "Cannot query field 'segmens' on type 'Query'."
    )


@pytest.mark.parametrize(
    ("query", "variables", "nodes"),
    [
        ("{ __typename __schema { types { name } } }", {}, 0),
        ('{ segment(id: "s") { id metadata { version } } }', {}, 2),
        ("{ segments { nodes { id } } }", {}, 20),
        ("{ segments { totalCount nodes { id } } }", {}, 200 + 20),
        ("{ segments(first: 0) { totalCount } }", {}, 200),
        (PREVIEW % "matches leaves", {}, 1 + 2 * 200),
        (PREVIEW % "joining { totalCount nodes { id } } leaving(first: 3) { nodes { id } }", {}, 224),
        (PREVIEW % "forecast { date } more: forecast(days: 366) { date }", {}, 1 + 200 + 30 + 200 + 366),
        ("{ a: segments(first: 0) { totalCount } b: segments { n: totalCount totalCount } }", {}, 600),
        ("{ segments { nodes { itemAssignments(first: 0) { totalCount } } } }", {}, 20 * (1 + 200)),
        ("{ categoryTrees { id } }", {}, 5_000),
        ("""{ categoryTrees { id subcategories { id subcategories { ...F } } } }
            fragment F on CategoryTree { id subcategories { id } }""", {}, 5_000),
        ("{ categoryTrees { validity { from } subcategories { nameTranslations { text } } } }", {},
         5_000 * (1 + 3)),
        ("{ " + " ".join(f"t{n}: categoryTrees {{ id }}" for n in range(5)) + " }", {}, 25_000),
        ("{ changes { cursor changes { type } } }", {}, 100),
        ("query($n: Int!) { changes(first: $n) { changes { segment { name } } } }", {"n": 1_000}, 2_000),
        ('query($i: [ID!]!) { matchItems(siteCode: "m", itemIds: $i, segmentIds: ["s"]) }',
         {"i": ["p"] * 700}, 700),
        ("mutation($i: [SegmentsUpsertInput!]!) { segmentsUpsert(inputs: $i) { results { segment {id} } } }",
         {"i": [{}] * 200}, 1 + 200 * 2),
        ("""mutation($i: [SegmentsUpsertInput!]!) { segmentsUpsert(inputs: $i) { ...P } }
            fragment P on SegmentsUpsertPayload { userErrors { code } results { segment {
              customerAssignments(first: 1000) { nodes { customer { id } } } } } }""",
         {"i": [{}] * 200}, 1 + 3 + 200 * (2 + 2_000)),
        ('mutation { segmentsDelete(ids: ["a", "b"]) { results { userErrors { code } } } }', {},
         1 + 2 * (1 + 3)),
        ('mutation { segmentDelete(id: "a") { userErrors { code } } }', {}, 1 + 3),
        ("{ segments(first: 7) { edges { cursor node { id } } } }", {}, 7),
        ("{ segments(first: 20) { nodes { customerAssignments(last: 10) { nodes { customer { id } } } } } }",
         {}, 20 + 20 * 10 * 2),
        ("query($n: Int = 5) { segments(first: $n) { nodes { id } } }", {}, 5),
        ("query($n: Int = 5) { segments(first: $n) { nodes { id } } }", {"n": 9}, 9),
        ("query($n: Int) { segments(first: $n) { nodes { id } } }", {"n": None}, 20),
        ('{ viewAs(customerId: "anna") { segments(first: 50) { nodes { id } } } }', {}, 1 + 50),
        ('{ viewAs(customerId: "anna") { categoryTrees { id } itemAssignments { totalCount } } }', {}, 5_201),
        ("query($ids: [ID!]!) { nodes(nodeIds: $ids) { nodeId } }", {"ids": ["a", "b", "c", "d"]}, 4),
        ('{ nodes(nodeIds: ["a", "b"]) { nodeId } }', {}, 2),
        ("{ segments(first: 2) { ...F } } fragment F on SegmentConnection { nodes { nameTranslations { text } } }",  # noqa: E501
         {}, 2 * (1 + 3)),
    ],
)  # fmt: skip
def test_cost_is_the_number_of_objects_that_may_come(
    query: str, variables: dict[str, Any], nodes: int
) -> None:
    document = Documents(schema).read(query)
    assert document.errors == ()
    [operation] = document.operations.values()
    assert operation.cost(variables) == nodes


def test_no_estimate_is_beyond_what_json_holds() -> None:
    items = "itemAssignments(first: $n) { nodes { type } }"
    inside = f"customerAssignments(first: $n) {{ nodes {{ segment {{ {items} }} }} }}"
    [operation] = (
        Documents(schema, Limits(depth=30))
        .read(f"query($n: Int) {{ segments(first: $n) {{ nodes {{ {inside} }} }} }}")
        .operations.values()
    )
    assert operation.cost({"n": 2**31 - 1}) == 10**15
    assert operation.cost({"n": 1e300}) == 10**15


def test_a_known_document_is_not_read_again() -> None:
    documents = Documents(schema)
    assert documents.read("{ __typename }") is documents.read("{ __typename }")
