"""The change feed, read from its start: what it says, and what rows it makes in an empty model."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.parity.documents import told
from tests.parity.service import Document, State, Who
from tests.parity.talking import Talk

READER: Final = Who("R")
SIZE: Final = 50
QUERY: Final = """query ($after: String, $first: Int!) { changes(after: $after, first: $first) {
    cursor hasMore changes { cursor type segmentId document
        ... on CustomerAssignmentChange { customer { id } legalEntity { id } }
        ... on ItemAssignmentChange { itemType item { id } }
        ... on GroupAssignmentChange { group { id } } } } }"""
ROWS: Final = {
    "SEGMENT": "segments",
    "CUSTOMER_ASSIGNMENT": "customers",
    "ITEM_ASSIGNMENT": "items",
    "GROUP_ASSIGNMENT": "groups",
}
MEMBERS: Final = ("assignmentType", "mixins", "metadata")
"""Those that the log keeps of an assignment; names come from elsewhere."""


class Feed:
    """All changes of a tenant, through both APIs."""

    def __init__(self, talk: Talk, tenant: str) -> None:
        self._talk = talk
        self._tenant = tenant

    def check(self, state: State) -> None:
        """Both APIs tell the same changes, and these make the rows that there are."""
        changes = list(self._by_graphql())
        events = [(one["cursor"], one["type"]) for one in self._by_rest()]
        assert events == [(one["cursor"], _event_type(one["type"])) for one in changes]
        assert len(set(events)) == len(events)
        assert replayed(changes) == _of_the_log(state)

    def _by_graphql(self) -> Iterator[Document]:
        after, has_more = None, True
        while has_more:
            body = {"query": QUERY, "variables": {"after": after, "first": SIZE}}
            answer = self._talk.send("POST", "/graphql", self._tenant, READER, headers={}, body=body).json()
            batch = answer["data"]["changes"]
            after, has_more = batch["cursor"], batch["hasMore"]
            yield from batch["changes"]

    def _by_rest(self) -> Iterator[Document]:
        path, after, has_more = f"/customer-segment/{self._tenant}/changes?limit={SIZE}", "", True
        while has_more:
            url = f"{path}&after={after}"
            batch = self._talk.send("GET", url, self._tenant, READER, headers={}).json()
            after, has_more = batch["cursor"], batch["hasMore"]
            yield from batch["changes"]


def replayed(changes: list[Document]) -> State:
    """The rows after all changes. Each has to fit the rows before it."""
    state: State = {name: {} for name in ROWS.values()}
    for change in changes:
        noun, _, happened = change["type"].rpartition("_")
        rows, key = state[ROWS[noun]], _key(change)
        assert (key in rows) == (happened != "CREATED"), change
        if happened == "DELETED":
            assert change["document"] is None
            del rows[key]
        else:
            rows[key] = told(change["document"])
    return state


def _key(change: Mapping[str, Any]) -> Any:
    if "customer" in change:
        legal_entity = change["legalEntity"]
        return change["segmentId"], change["customer"]["id"], legal_entity["id"] if legal_entity else ""
    if "item" in change:
        return change["segmentId"], change["itemType"], change["item"]["id"]
    if "group" in change:
        return change["segmentId"], change["group"]["id"]
    return change["segmentId"]


def _event_type(change_type: str) -> str:
    return "customer-segment." + change_type.lower().replace("_", "-")


def _of_the_log(state: State) -> State:
    """The rows with the members that the log keeps."""
    return {
        "segments": state["segments"],
        "customers": {key: _cut(row) for key, row in state["customers"].items()},
        "items": {key: _cut(row) for key, row in state["items"].items()},
        "groups": {key: _cut(row) for key, row in state["groups"].items()},
    }


def _cut(assignment: Document) -> Document:
    return {name: assignment[name] for name in MEMBERS if name in assignment}
