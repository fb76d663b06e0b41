"""JSON written in a document, with variables in it that were sent, have a default, or are missing."""

from typing import Any

import pytest

from tests.schema.client import Graph

DECLARED = (
    "$v: JSON, $w: Int, $d: JSON = [1, {a: null}], $n: String = null, $s: SegmentStatus, $t: DateTime, "
    "$b: Boolean, $i: ID"
)
NAME = '[{language: "en", text: "x"}]'


async def stored(graph: Graph, literal: str, variables: dict[str, Any]) -> Any:
    """What is stored for a literal under `mixins.m`, the same by each mutation."""
    mixins = f"mixins: {{m: {literal}}}"
    document = f"""mutation ({DECLARED}) {{
      create: segmentCreate(input: {{id: "c", siteCode: "m", name: {NAME}, {mixins}}})
        {{ segment {{ mixins }} userErrors {{ message }} }}
      upsert: segmentUpsert(id: "u", input: {{siteCode: "m", name: {NAME}, {mixins}}})
        {{ segment {{ mixins }} userErrors {{ message }} }}
      patch: segmentPatch(id: "u", operations: [{{op: REPLACE, path: "/mixins/m", value: {literal}}}])
        {{ segment {{ mixins }} userErrors {{ message }} }}
      unused: segmentCreate(input: {{id: "n", siteCode: "m", name: {NAME},
        mixins: {{m: {{l: [$v, $w, $d, $n, $s, $t, $b, $i]}}}}}}) {{ userErrors {{ message }} }}
    }}"""
    data = await graph(document, variables)
    assert data.pop("unused")["userErrors"] == []
    assert [payload["userErrors"] for payload in data.values()] == [[]] * 3
    [one, *others] = [payload["segment"]["mixins"]["m"] for payload in data.values()]
    assert others == [one, one]
    return one


@pytest.mark.parametrize(
    ("literal", "variables", "value"),
    [
        ("{n: $v}", {}, {}),
        ("{n: $v, m: 1}", {}, {"m": 1}),
        ("{n: $v}", {"v": None}, {"n": None}),
        ("{n: $v}", {"v": {"a": [1]}}, {"n": {"a": [1]}}),
        ("{l: [$v, 1, $w]}", {}, {"l": [None, 1, None]}),
        ("{l: [$v, 1, $w]}", {"w": 7}, {"l": [None, 1, 7]}),
        ("{a: {b: [{c: $v}, [$v], {d: $w}]}}", {"w": None}, {"a": {"b": [{}, [None], {"d": None}]}}),
        ("{d: $d, n: $n}", {}, {"d": [1, {"a": None}], "n": None}),
        ("{d: $d, n: $n}", {"d": None, "n": "x"}, {"d": None, "n": "x"}),
        ("{d: [$d]}", {"d": 0}, {"d": [0]}),
        ("{s: $s, t: $t}", {"s": "ACTIVE", "t": "2026-01-31T13:00:00+01:00"},
         {"s": "ACTIVE", "t": "2026-01-31T12:00:00.000Z"}),
        ("{b: $b, i: $i}", {"b": False, "i": 5}, {"b": False, "i": "5"}),
        ("{s: ACTIVE, t: true, n: null, x: 1.50, y: 9007199254740993}", {},
         {"s": "ACTIVE", "t": True, "n": None, "x": 1.5, "y": 9007199254740993}),
    ],
)  # fmt: skip
async def test_a_variable_without_a_value_leaves_its_member_out_and_is_null_in_a_list(
    graph: Graph, literal: str, variables: dict[str, Any], value: Any
) -> None:
    """GraphQL 3.10 and 3.11."""
    assert await stored(graph, literal, variables) == value


async def test_a_whole_argument_without_a_value_is_left_out(graph: Graph) -> None:
    document = f"""mutation ($m: JSON, $s: JSON) {{
      segmentUpsert(id: "u", input: {{siteCode: "m", name: {NAME}, mixins: $m, mixinSchemas: $s}})
        {{ segment {{ mixins }} userErrors {{ message }} }} }}"""
    sent: list[dict[str, Any]] = [{}, {"m": None}, {"m": {}}]
    for variables in sent:
        data = await graph(document, variables)
        assert data == {"segmentUpsert": {"segment": {"mixins": {}}, "userErrors": []}}


@pytest.mark.parametrize("literal", ["$v", "[$v]", "{m: {a: $v, a: 1}}"])
async def test_what_is_no_map_of_mixins_is_explained(graph: Graph, literal: str) -> None:
    document = f"""mutation ($v: JSON) {{
      segmentUpsert(id: "u", input: {{siteCode: "m", name: {NAME}, mixins: {literal}}})
        {{ userErrors {{ code path }} }} }}"""
    answer = await graph.ask(document, {"v": [1]})
    if answer.errors:
        assert answer.codes == ["BAD_REQUEST"]  # one name twice
    else:
        errors = answer.data["segmentUpsert"]["userErrors"]
        assert errors == [{"code": "INVALID_INPUT", "path": ["input", "mixins"]}]


async def test_input_objects_leave_out_what_a_variable_does_not_say(graph: Graph) -> None:
    document = """mutation ($from: DateTime, $text: String! = "y", $status: SegmentStatus, $m: JSON) {
      segmentCreate(input: {id: "s", siteCode: "m", status: $status, validity: {from: $from}, mixins: $m,
        name: [{language: "en", text: $text}]})
        { segment { name status validity { from to } mixins } userErrors { message } } }"""
    data = await graph(document, {})
    expected: dict[str, Any] = {"name": "y", "status": "INACTIVE", "validity": None, "mixins": {}}
    assert data["segmentCreate"] == {"segment": expected, "userErrors": []}
