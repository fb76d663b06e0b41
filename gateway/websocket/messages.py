"""The messages and close codes of graphql-transport-ws.

The protocol: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, cast

import orjson

SUB_PROTOCOL: Final = "graphql-transport-ws"
LONGEST_REASON: Final = 120
"""Bytes of the reason in a close frame; the frame has room for three more."""

Kind: TypeAlias = Literal["connection_init", "ping", "pong", "subscribe", "complete"]
BARE: Final = frozenset({"connection_init", "ping", "pong"})
"""Kinds without an id, whose payload may be any object."""
MEMBERS: Final[Mapping[str, type]] = {"variables": dict, "operationName": str, "extensions": dict}
"""Members of a `subscribe` payload besides its query; each may be null."""


class Close(Exception):
    """The reason to close a socket."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:LONGEST_REASON].decode(errors="ignore")


def malformed(detail: str) -> Close:
    """The close of a socket after a malformed message."""
    return Close(4400, f"Invalid message: {detail}.")


UNAUTHORIZED: Final = 4401
FORBIDDEN: Final = 4403
"""A client connects again after this code, with a new token if it gets one for each connection."""
SUB_PROTOCOL_NOT_ACCEPTABLE: Final = 4406
INITIALISATION_TIMED_OUT: Final = 4408
SUBSCRIBER_EXISTS: Final = 4409
TOO_MANY_INITIALISATIONS: Final = 4429
TRY_AGAIN_LATER: Final = 1013


@dataclass(frozen=True, slots=True)
class Message:
    """A client's message.

    Only `subscribe` and `complete` have an id.
    """

    kind: Kind
    id: str
    payload: Mapping[str, Any]
    text: str = ""
    """The text of the message as received."""


def message_of(value: Any, text: str = "") -> Message:
    """Make a message of a JSON value. Raises Close."""
    if not isinstance(value, dict):
        raise malformed("it is not an object")
    kind, id_, payload = value.get("type"), value.get("id"), value.get("payload")
    if isinstance(kind, str) and kind in BARE:
        if payload is not None and not isinstance(payload, dict):
            raise malformed(f"the payload of {kind} is not an object")
        return Message(cast("Kind", kind), "", payload or {})
    if kind not in ("subscribe", "complete"):
        raise malformed("its type is unknown")
    if not isinstance(id_, str) or not id_:
        raise malformed(f"the id of {kind} is not a string, or empty")
    return Message(cast("Kind", kind), id_, _operation(payload) if kind == "subscribe" else {}, text)


def _operation(payload: Any) -> Mapping[str, Any]:
    if not isinstance(payload, dict):
        raise malformed("the payload of subscribe is not an object")
    query = payload.get("query")
    if not isinstance(query, str) and not (query is None and payload.get("extensions")):
        raise malformed("the query is not a string")
    for name, kind in MEMBERS.items():
        if payload.get(name) is not None and not isinstance(payload[name], kind):
            raise malformed(f"{name} has the wrong type")
    return payload


ACKNOWLEDGED: Final = '{"type":"connection_ack"}'
PONG: Final = '{"type":"pong"}'


def next_message(id_: str, response: str) -> str:
    """The message of a response, already JSON."""
    return f'{{"id":{_text(id_)},"type":"next","payload":{response}}}'


def around_response(id_: str) -> tuple[bytes, bytes]:
    """The bytes before and after a response in `next_message`."""
    before, _, behind = next_message(id_, "\0").encode().partition(b"\0")
    return before, behind


def error_message(id_: str, errors: object) -> str:
    """The message of an operation's errors, its last message.

    The operation was not executed.
    """
    return f'{{"id":{_text(id_)},"type":"error","payload":{orjson.dumps(errors).decode()}}}'


def complete_message(id_: str) -> str:
    """The last message of an operation."""
    return f'{{"id":{_text(id_)},"type":"complete"}}'


def _text(value: str) -> str:
    return orjson.dumps(value).decode()
