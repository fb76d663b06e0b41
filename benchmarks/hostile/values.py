"""Values of arguments that are large, new each time, or costly to understand."""

import random
from collections.abc import Sequence
from typing import Final

from benchmarks.hostile.attack import Attack, graphql, word
from benchmarks.workload.call import Call

LARGE: Final = 900_000
PAGE: Final = "{ nodes { id } }"


def _cursor(chance: random.Random) -> Call:
    cursor = "\N{GRINNING FACE}" + word(chance) + "x" * LARGE
    return graphql(f"query ($c: String) {{ segments(after: $c) {PAGE} }}", {"c": cursor})


def _site_code(chance: random.Random) -> Call:
    site = word(chance) + "x" * LARGE
    query = f"query ($s: String!) {{ segments(where: {{siteCode: {{eq: $s}}}}) {PAGE} }}"
    return graphql(query, {"s": site})


def _id(chance: random.Random) -> Call:
    return graphql("query ($i: ID!) { segment(id: $i) { id } }", {"i": word(chance) + "x" * LARGE})


def _new_filter(chance: random.Random) -> Call:
    q = " ".join(f"mixins.{word(chance)}.{word(chance)}:{word(chance)}" for _ in range(50))
    return graphql(f"query ($q: String) {{ segments(q: $q) {PAGE} }}", {"q": q})


def _new_order(chance: random.Random) -> Call:
    path = f"mixins.{word(chance)}.{word(chance)}"
    return Call("GET", f"/customer-segment/bigshop/segments?sort={path}&pageSize=10", {})


def _pattern(chance: random.Random) -> Call:
    q = f"name.en:~(({word(chance)}|a+)+$)"
    return graphql(f"query ($q: String) {{ segments(q: $q) {PAGE} }}", {"q": q})


def _many_variables(chance: random.Random) -> Call:
    return graphql(
        f"query ($s: [String!]) {{ segments(where: {{siteCode: {{in: $s}}}}) {PAGE} }}",
        {"s": [word(chance) for _ in range(45_000)]},
    )


def _many_ids(chance: random.Random) -> Call:
    q = "id:(" + ",".join(word(chance, 4) for _ in range(1_990)) + ")"
    return graphql(f"query ($q: String) {{ segments(q: $q) {PAGE} }}", {"q": q})


def _many_objects(chance: random.Random) -> Call:
    where = {"or": [{"id": {"eq": word(chance)}} for _ in range(240)]}
    return graphql(f"query ($w: SegmentWhere) {{ segments(where: $w) {PAGE} }}", {"w": where})


def _wrong_values(chance: random.Random) -> Call:
    wrong = [{"or": word(chance, 4)} for _ in range(400)]
    return graphql(f"query ($w: [SegmentWhere!]) {{ segments(where: {{or: $w}}) {PAGE} }}", {"w": wrong})


def _many_matches(chance: random.Random) -> Call:
    items = [word(chance) for _ in range(10_000)]
    query = 'query ($i: [ID!]!) { matchItems(siteCode: "main", itemIds: $i, segmentIds: ["attacked"]) }'
    return graphql(query, {"i": items})


ATTACKS: Final[Sequence[Attack]] = (
    Attack("cursor of 900 KB", "anonymous", _cursor),
    Attack("id of 900 KB", "anonymous", _id),
    Attack("site code of 900 KB", "customer", _site_code),
    Attack("cursor of 900 KB with a token", "customer", _cursor),
    Attack("filter with 50 new names", "customer", _new_filter),
    Attack("order by a new name", "customer", _new_order),
    Attack("new pattern", "customer", _pattern),
    Attack("45,000 values in a list", "customer", _many_variables),
    Attack("1,990 ids in a filter", "customer", _many_ids),
    Attack("240 conditions in a filter", "customer", _many_objects),
    Attack("400 wrong values", "customer", _wrong_values),
    Attack("10,000 items to match", "tenant", _many_matches),
)
