"""Requests that are new each time, and that the gateway has a reason to keep something of."""

import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson

from benchmarks.workload.call import Call

TENANT: Final = "variety"
ROWS: Final = f"/customer-segment/{TENANT}/segments"
JSON: Final = {"content-type": "application/json"}
PAGE: Final = "{ nodes { id } }"

Caller = Literal["anonymous", "known", "new"]
"""No token, the same token each time, or a valid token that was never sent before."""


@dataclass(frozen=True, slots=True)
class Variety:
    """What varies. `cache` names the one that it is meant for."""

    cache: str
    name: str
    caller: Caller
    request: Callable[[random.Random], Call]


def _word(chance: random.Random, length: int = 12) -> str:
    return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=length))


def _graphql(query: str, variables: Mapping[str, Any] | None = None, **more: Any) -> Call:
    body = {"query": query, "variables": variables or {}, **more}
    return Call("POST", "/graphql", JSON, orjson.dumps(body))


def _filtered(q: str) -> Call:
    return _graphql(f"query ($q: String) {{ segments(q: $q) {PAGE} }}", {"q": q})


def _long_q(chance: random.Random) -> Call:
    return _filtered(" ".join(f"id:{_word(chance, 180)}" for _ in range(50)))


def _site_codes(chance: random.Random) -> Call:
    query = f"query ($s: String) {{ segments(where: {{siteCode: {{eq: $s}}}}) {PAGE} }}"
    return _graphql(query, {"s": _word(chance) + "\N{GRINNING FACE}" * chance.randrange(9_900)})


def _long_site_codes(chance: random.Random) -> Call:
    query = f"query ($s: String) {{ segments(where: {{siteCode: {{eq: $s}}}}) {PAGE} }}"
    return _graphql(query, {"s": _word(chance) + "x" * 300_000})


def _cursors(chance: random.Random) -> Call:
    cursor = _word(chance) + "x" * chance.randrange(300_000)
    return _graphql(f"query ($c: String) {{ segments(after: $c) {PAGE} }}", {"c": cursor})


def _sites_of_items(chance: random.Random) -> Call:
    return Call("GET", f"{ROWS}/items?siteCode={_word(chance, 200)}", {})


def _names(chance: random.Random) -> Call:
    return _filtered(" ".join(f"mixins.{_word(chance)}.{_word(chance)}:x" for _ in range(50)))


def _shapes(chance: random.Random) -> Call:
    """Some thousand: each comes again."""
    number = random.Random(chance.randrange(3_000))
    clauses = [
        f"mixins.{'.'.join(_word(number, 3) for _ in range(number.randrange(1, 5)))}:"
        + number.choice(["exists", "null", "x", "1", ">1", "<x", "~a", "(1,2)"])
        for _ in range(number.randrange(1, 30))
    ]
    return _filtered(" ".join(clauses))


def _orders(chance: random.Random) -> Call:
    paths = ",".join(f"mixins.{_word(chance)}.{_word(chance)}" for _ in range(chance.randrange(1, 5)))
    return Call("GET", f"{ROWS}?sort={paths}&pageSize=2", {})


def _numbers(chance: random.Random) -> Call:
    return _filtered(" ".join(f"mixins.a.b{number}:>{chance.random()}" for number in range(20)))


def _languages(chance: random.Random) -> Call:
    tags = ",".join(f"{_word(chance, 8)}-{_word(chance, 8)}" for _ in range(chance.randrange(1, 9)))
    return Call("GET", f"{ROWS}?sort=name&pageSize=2", {"accept-language": tags})


def _patterns(chance: random.Random) -> Call:
    return _filtered(f"name.en:~(({_word(chance, 3)}|a|b)*a(a|b){{{chance.randrange(9, 15)}}}c)")


def _columns(chance: random.Random) -> Call:
    fields = [
        "name",
        "description",
        "status",
        "siteCode",
        "mixins",
        "isActive",
        "nodeId",
        "nameTranslations { text }",
    ]
    chosen = " ".join(chance.sample(fields, chance.randrange(1, len(fields))))
    return _graphql(f"{{ {_word(chance)}: segments {{ nodes {{ {chosen} }} }} }}")


def _documents(chance: random.Random) -> Call:
    aliases = " ".join(f"{_word(chance)}: status" for _ in range(29))
    return _graphql(f"{{ segments {{ nodes {{ {aliases} {'id ' * 60} }} }} }}")


def _plans(chance: random.Random) -> Call:
    spreads = " ".join(f"{_word(chance)}: segments {{ ...F }}" for _ in range(8))
    inner = "nodes { id name customerAssignments(first: 1) { nodes { customer { id email } } } }"
    return _graphql(f"{{ {spreads} }} fragment F on SegmentConnection {{ {inner} }}")


def _registered(chance: random.Random) -> Call:
    text = f"{{ {_word(chance)}: __typename # {'x' * chance.randrange(60_000)}\n }}"
    digest = hashlib.sha256(text.encode()).hexdigest()
    return _graphql(text, extensions={"persistedQuery": {"version": 1, "sha256Hash": digest}})


def _tokens(_chance: random.Random) -> Call:
    return _graphql("{ viewer { tenant } }")


def _media_types(chance: random.Random) -> Call:
    ranges = ",".join(f"{_word(chance, 3)}/{_word(chance, 3)}" for _ in range(chance.randrange(1, 300)))
    call = _graphql("{ __typename }")
    return Call(call.method, call.path, {**call.headers, "accept": f"{ranges},*/*"}, call.body)


def _paths(chance: random.Random) -> Call:
    return Call("GET", f"/{_word(chance, chance.randrange(9_000))}", {})


def _instants(chance: random.Random) -> Call:
    second = f"{chance.randrange(24):02}:{chance.randrange(60):02}:{chance.randrange(60):02}"
    day = f"20{chance.randrange(10, 99)}-0{chance.randrange(1, 9)}-1{chance.randrange(9)}"
    when = f"{day}T{second}.{chance.randrange(999):03}Z"
    query = f"query ($t: DateTime) {{ segments(where: {{createdAt: {{gt: $t}}}}) {PAGE} }}"
    return _graphql(query, {"t": when})


def _bindings(chance: random.Random) -> Call:
    query = "query ($q: String) { segments(q: $q, first: 1) { pageInfo { endCursor } } }"
    return _graphql(query, {"q": f"siteCode:(main,{','.join(_word(chance, 90) for _ in range(50))})"})


VARIETIES: Final[Sequence[Variety]] = (
    Variety("conditions", "q of 9,000 characters", "known", _long_q),
    Variety("questions", "sites of up to 9,900 characters", "known", _site_codes),
    Variety("questions", "sites of 300,000 characters", "known", _long_site_codes),
    Variety("questions", "cursors without a token", "anonymous", _cursors),
    Variety("statements", "sites of items", "known", _sites_of_items),
    Variety("statements", "names under mixins", "known", _names),
    Variety("statements", "shapes of filters", "known", _shapes),
    Variety("statements", "sorts by mixins", "known", _orders),
    Variety("statements", "numbers under mixins", "known", _numbers),
    Variety("statements", "columns", "known", _columns),
    Variety("languages", "languages", "known", _languages),
    Variety("patterns", "patterns", "known", _patterns),
    Variety("documents", "documents", "known", _documents),
    Variety("documents", "documents with large plans", "known", _plans),
    Variety("anonymous_documents", "documents without a token", "anonymous", _documents),
    Variety("registered_documents", "documents by hash", "known", _registered),
    Variety("anonymous_registered_documents", "documents by hash without a token", "anonymous", _registered),
    Variety("tokens", "tokens", "new", _tokens),
    Variety("accept", "media types", "known", _media_types),
    Variety("paths", "paths", "anonymous", _paths),
    Variety("instants", "instants", "known", _instants),
    Variety("bindings", "filters of cursors", "known", _bindings),
)
