"""GraphQL documents that are cheap to send and costly to answer."""

import hashlib
import random
from collections.abc import Sequence
from typing import Final

import orjson

from benchmarks.hostile.attack import Attack, graphql, word
from benchmarks.workload.call import Call

LONGEST_Q: Final = 10_000
INTROSPECTION: Final = (
    "{ __schema { types { name fields { name type { name ofType { name } } args { name } } } } }"
)


def _many_filters(chance: random.Random) -> Call:
    q = f"id:{word(chance)} " * (LONGEST_Q // 16)
    fields = " ".join(f"a{number}: segments(q: $q) {{ totalCount }}" for number in range(20))
    return graphql(f"query ($q: String) {{ {fields} }}", {"q": q})


def _introspection(_chance: random.Random) -> Call:
    return graphql(INTROSPECTION)


def _fragments(chance: random.Random) -> Call:
    name = word(chance, 4)
    links = [f"fragment {name}{number} on Segment {{ ...{name}{number + 1} }}" for number in range(150)]
    last = f"fragment {name}150 on Segment {{ id }}"
    return graphql(" ".join([f'{{ segment(id: "x") {{ ...{name}0 }} }}', *links, last]))


def _new_document(chance: random.Random) -> Call:
    return graphql(f"{{ {word(chance)}: __typename }}")


def _registered_document(chance: random.Random) -> Call:
    text = f"{{ {word(chance)}: __typename # {'x' * 50_000}\n }}"
    persisted = {"version": 1, "sha256Hash": hashlib.sha256(text.encode()).hexdigest()}
    body = orjson.dumps({"query": text, "extensions": {"persistedQuery": persisted}})
    return Call("POST", "/graphql", {"content-type": "application/json"}, body)


def _counts_of_whole_lists(chance: random.Random) -> Call:
    count = "itemAssignments(first: 0) { totalCount }"
    return graphql("{ " + " ".join(f"{word(chance)}: {count}" for _ in range(5)) + " }")


def _category_trees(chance: random.Random) -> Call:
    tree = "categoryTrees { id code name subcategories { id subcategories { id } } }"
    return graphql("{ " + " ".join(f"{word(chance)}: {tree}" for _ in range(5)) + " }")


def _malformed_node_ids(chance: random.Random) -> Call:
    return graphql("query ($i: [ID!]!) { nodes(nodeIds: $i) { nodeId } }", {"i": [word(chance, 4_000)] * 90})


def _new_literals(chance: random.Random) -> Call:
    site = f'segments(where: {{siteCode: {{eq: "{word(chance)}"}}}})'
    return graphql(f"{{ {site} {{ nodes {{ id }} }} }}")


def _operation_name(chance: random.Random) -> Call:
    body = orjson.dumps({"query": "{ __typename }", "operationName": word(chance) + "x" * 900_000})
    return Call("POST", "/graphql", {"content-type": "application/json"}, body)


def _overlapping_fragments(chance: random.Random) -> Call:
    names = [f"{word(chance, 5)}{number}" for number in range(19)]
    spread = " ".join(f"...{name}" for name in names)
    fields = "segments { nodes { id name status siteCode } }"
    fragments = " ".join(f"fragment {name} on Query {{ {fields} }}" for name in names)
    return graphql(f"{{ {spread} }} {fragments}")


ATTACKS: Final[Sequence[Attack]] = (
    Attack("20 filters of 10,000 characters", "anonymous", _many_filters),
    Attack("introspection", "anonymous", _introspection),
    Attack("150 nested fragments", "anonymous", _fragments),
    Attack("new documents", "anonymous", _new_document),
    Attack("registered documents of 50 KB", "anonymous", _registered_document),
    Attack("operation name of 900 KB", "anonymous", _operation_name),
    Attack("19 overlapping fragments", "anonymous", _overlapping_fragments),
    Attack("new literals", "customer", _new_literals),
    Attack("counts of whole lists", "customer", _counts_of_whole_lists),
    Attack("five category trees", "customer", _category_trees),
    Attack("malformed node ids", "customer", _malformed_node_ids),
)
