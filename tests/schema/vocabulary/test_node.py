import base64

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.errors import InvalidArgument
from schema.root import schema
from schema.vocabulary.node import NODE_TYPES, decode_node_id, encode_node_id, is_key_of

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50)


@given(texts, st.lists(texts, max_size=3))
def test_an_id_is_its_type_and_key(type_name: str, key: list[str]) -> None:
    assert decode_node_id(encode_node_id(type_name, key), ("nodeId",)) == (type_name, tuple(key))


def packed(value: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "node_id",
    [
        "",
        "garbage",
        "é",
        "a" * 2_001,
        packed([]),
        packed("Segment"),
        packed(["Segment", 5]),
        packed(["Segment", "\0"]),
    ],
)
def test_other_texts_are_refused(node_id: str) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        decode_node_id(node_id, ("nodeIds", 3))
    assert (refusal.value.message, refusal.value.path) == ("This is not a nodeId.", ("nodeIds", 3))


@pytest.mark.parametrize(
    ("type_name", "key", "fits"),
    [
        ("Segment", ("gold",), True),
        ("Segment", ("gold", "more"), False),
        ("CustomerAssignment", ("gold", "anna", ""), True),
        ("Query", ("gold",), False),
    ],
)
def test_a_key_has_the_columns_of_its_type(type_name: str, key: tuple[str, ...], *, fits: bool) -> None:
    assert schema is not None
    assert is_key_of(type_name, key) is fits


def test_types_that_share_members_are_no_nodes() -> None:
    assert "SegmentMembers" not in NODE_TYPES
