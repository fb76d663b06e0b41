"""Global object identification: `nodeId` says which type, and which row of it."""

import base64
from typing import Any, ClassVar, TypeAlias

import orjson
import strawberry

from models.sql.prepared import Row
from resolvers.errors import InvalidArgument
from schema.vocabulary.declaration import KEY_COLUMNS, declared
from schema.vocabulary.relation import Origin

NodeKey: TypeAlias = tuple[str, ...]
NODE_ID_LENGTH = 2_000
"""Characters. Three ids of 128 characters take 1,600 where each character takes four bytes."""
NODE_TYPES: dict[str, "type[Node]"] = {}
"""Every type that implements Node, by its GraphQL name. Relations name the type that they lead to."""


@strawberry.interface(
    description="An object with a globally unique id: `node(nodeId:)` finds it again, whatever its type."
)
class Node:
    node_key: ClassVar[tuple[str, ...]] = ("id",)
    """The columns that identify a row of the type within its tenant."""

    row: strawberry.Private[Row]
    origin: strawberry.Private[Origin | None] = None

    def __init_subclass__(cls, *, is_type: bool = True, **kwargs: Any) -> None:
        """Register the type, unless it only has fields for another one."""
        super().__init_subclass__(**kwargs)
        if is_type:
            NODE_TYPES[cls.__name__] = cls

    @strawberry.field(
        description="Opaque and unique over all types, where `id` is the contract's own id.",
        metadata=declared(KEY_COLUMNS),
    )
    def node_id(self) -> strawberry.ID:
        key = [self.row[column] for column in self.node_key]
        return encode_node_id(type(self).__name__, key)


def encode_node_id(type_name: str, key: list[str]) -> strawberry.ID:
    """The opaque id of a row."""
    packed = orjson.dumps([type_name, *key])
    return strawberry.ID(base64.urlsafe_b64encode(packed).rstrip(b"=").decode())


def decode_node_id(node_id: str, path: tuple[str | int, ...]) -> tuple[str, NodeKey]:
    """Type name and key of an opaque id. Raises InvalidArgument where it is none of ours."""
    try:
        packed = base64.b64decode(_short(node_id) + "=" * (-len(node_id) % 4), altchars=b"-_", validate=True)
        type_name, *key = _texts(orjson.loads(packed))
    except ValueError as error:
        raise InvalidArgument("This is not a nodeId.", path=path) from error
    return type_name, tuple(key)


def is_key_of(type_name: str, key: NodeKey) -> bool:
    """Whether the key has the columns that identify a row of the type, which may be unknown."""
    node_type = NODE_TYPES.get(type_name)
    return node_type is not None and len(key) == len(node_type.node_key)


def _short(node_id: str) -> str:
    if len(node_id) > NODE_ID_LENGTH or not node_id.isascii():
        raise ValueError(node_id)
    return node_id


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(part, str) for part in value):
        raise ValueError(value)
    if any("\0" in part for part in value):
        raise ValueError(value)
    return value
