"""Rows that weigh as much as rows may, and requests that read or write many of them at once."""

import random
from collections.abc import Mapping, Sequence
from typing import Final

import httpx
import orjson

from benchmarks.hostile.attack import TENANT, Attack, graphql, rest, word
from benchmarks.workload.call import Call

ROWS: Final = 140
ROWS_AT_ONCE: Final = 35
TEXT: Final = "x" * 250_000
IDS: Final = [f"heavy-{number:03}" for number in range(ROWS)]
BULK: Final = f"/customer-segment/{TENANT}/segments/bulk"
LANGUAGES: Final = [f"{first}{second}" for first in "ab" for second in "cdefghijklmn"][:23]


async def write_heavy_rows(client: httpx.AsyncClient, headers: Mapping[str, str]) -> None:
    """Segments of 250 KB, and the records of their changes."""
    for start in range(0, ROWS, ROWS_AT_ONCE):
        segments = [
            {"id": id_, "name": {"en": "x"}, "siteCode": "main", "mixins": {"a": {"text": TEXT}}}
            for id_ in IDS[start : start + ROWS_AT_ONCE]
        ]
        await client.put(BULK, content=orjson.dumps(segments), headers={**_JSON, **headers})


async def remove_heavy_rows(client: httpx.AsyncClient, headers: Mapping[str, str]) -> None:
    """All that was written here but the records."""
    content = orjson.dumps(IDS)
    await client.request("DELETE", BULK, content=content, headers={**_JSON, **headers})


_JSON: Final = {"content-type": "application/json"}


def _page(_chance: random.Random) -> Call:
    return rest("GET", f"?pageSize={ROWS}&fields=id")


def _page_of_aliases(chance: random.Random) -> Call:
    field = f"segments(first: 50) {{ nodes {{ {word(chance)}: mixins }} }}"
    return graphql("{ " + " ".join(f"{word(chance)}: {field}" for _ in range(10)) + " }")


def _changes(_chance: random.Random) -> Call:
    return Call("GET", f"/customer-segment/{TENANT}/changes?limit=1000", {})


def _copies(chance: random.Random) -> Call:
    members = {word(chance, 5): 1 for _ in range(3_000)}
    operations = [{"op": "ADD", "path": "/mixins/a", "value": members}]
    operations += [{"op": "COPY", "path": "/mixins/b", "from": "/mixins/a"} for _ in range(199)]
    query = (
        "mutation ($o: [JsonPatchOperation!]!) "
        '{ segmentPatch(id: "attacked", operations: $o) { userErrors { code } } }'
    )
    return graphql(query, {"o": operations})


def _translations(chance: random.Random) -> Call:
    texts = [{"language": language, "text": word(chance)} for language in LANGUAGES]
    inputs = [{"id": "attacked", "name": texts, "siteCode": "main"}] * 200
    query = (
        "mutation ($i: [SegmentsUpsertInput!]!) { segmentsUpsert(inputs: $i) { results { index effect } } }"
    )
    return graphql(query, {"i": inputs})


ATTACKS: Final[Sequence[Attack]] = (
    Attack("page of 140 rows of 250 KB", "tenant", _page),
    Attack("ten pages of rows of 250 KB", "tenant", _page_of_aliases),
    Attack("changes of 250 KB", "tenant", _changes),
    Attack("199 copies in a patch", "tenant", _copies),
    Attack("200 segments in 23 languages", "tenant", _translations),
)
