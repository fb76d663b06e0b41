"""Whatever a patch says, a segment stays a segment (behaviour D33)."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.errors import GatewayError
from resolvers.policy import Policy
from resolvers.segment.document import segment_content
from resolvers.segment.patch import Operation, parse_operations, patched
from tests.factories.documents import segment

BEFORE = segment(
    "s",
    name={"en": "A", "de": "B"},
    validity={"from": "2026-01-01T00:00:00Z"},
    mixins={"a": {"list": [1, {"b": None}]}},
    metadata={"version": 3, "createdAt": "2026-01-01T00:00:00.000Z", "mixins": {"a": "https://example.com"}},
)
MEMBERS = ["name", "description", "validity", "status", "siteCode", "mixins", "metadata", "id", "version"]
INSIDE = [
    "en",
    "de",
    "from",
    "to",
    "a",
    "b",
    "list",
    "0",
    "1",
    "2",
    "-",
    "-1",
    "01",
    "",
    "~0",
    "~1",
    "~",
    "é",
]
names = st.sampled_from([*MEMBERS, *INSIDE, "\0"])
pointers = st.one_of(
    st.lists(names, max_size=5).map(lambda parts: "".join(f"/{part}" for part in parts)),
    st.sampled_from(
        ["/name/en", "/description/en", "/validity/to", "/mixins/a/list/0", "/mixins/a", "/metadata/mixins/a"]
    ),
    st.text(max_size=8),
)
values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**30), 10**30),
        st.floats(),
        st.sampled_from(["ACTIVE", "2026-01-01T00:00:00Z", "https://example.com/x", "\ud800", "\0"]),
        st.text(max_size=5),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=5,
)
operations = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]), "path": pointers},
    optional={"value": values, "from": pointers},
)
bodies = st.lists(operations, max_size=8) | st.lists(operations | values, max_size=3) | values


@pytest.mark.slow
@given(bodies)
def test_any_patch_gives_a_valid_segment_or_a_failure_of_the_catalogue(body: Any) -> None:
    try:
        document = asyncio.run(patched(BEFORE, parse_operations(body)))
        content = segment_content(document, Policy())
    except GatewayError:
        return
    kept = {name: value for name, value in document.items() if name in ("id", "metadata")}
    assert kept["id"] == "s"
    assert {**kept["metadata"], "mixins": None} == {**BEFORE["metadata"], "mixins": None}
    assert any(text.strip() for text in content["name"].values())
    assert content["status"] in ("ACTIVE", "INACTIVE")


@given(bodies)
def test_the_document_that_is_patched_stays_as_it_was(body: Any) -> None:
    document = segment("s", mixins={"a": {"list": [1, {"b": None}]}})
    with suppress(GatewayError):
        asyncio.run(patched(document, parse_operations(body)))
    assert document == segment("s", mixins={"a": {"list": [1, {"b": None}]}})


def test_an_operation_is_read_into_its_parts() -> None:
    assert parse_operations([{"op": "move", "path": "/mixins/a~1b", "from": "/mixins/~0"}]) == [
        Operation("move", ("mixins", "a/b"), None, ("mixins", "~"))
    ]
