"""The reference contract, which is no part of this repository, and where it may be found."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

BESIDE: Final = Path(__file__).parents[3] / "shared" / "contract" / "openapi.yaml"
"""Beside the repository, where it has been laid for the tests."""
ABSENT: Final = (
    "the reference contract is not there: SEGMENTS_TEST_CONTRACT does not name its YAML file, "
    "and there is none at ../shared/contract/openapi.yaml"
)

GROUPS: Final = "/customer-segment/{tenant}/segments/{segmentId}/groups"
NEWER: Final = {
    ("get", "/customer-segment/{tenant}/segments/me"),
    ("get", GROUPS),
    ("post", f"{GROUPS}/search"),
    *((method, f"{GROUPS}/{{groupId}}") for method in ("get", "put", "delete")),
}
"""Operations of the vendor that the reference contract, which is older, does not have."""


class PlainYaml(yaml.SafeLoader):
    """Leaves unquoted dates alone: to the contract they are text."""


PlainYaml.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@cache
def load_contract() -> Mapping[str, Any] | None:
    """The contract's document, None where it is not there."""
    named = os.environ.get("SEGMENTS_TEST_CONTRACT")
    path = BESIDE if named is None else Path(named)
    if named is None and not path.exists():
        return None
    document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), PlainYaml)  # noqa: S506  (it is a SafeLoader)
    return document
