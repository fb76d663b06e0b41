"""The API of a path.

It decides the form of errors, and labels metrics and spans.
"""

from typing import Final, Literal, TypeAlias

from rest_compat.routing import MOUNTED_AT

Api: TypeAlias = Literal["graphql", "rest", "other"]

GRAPHQL_PATH: Final = "/graphql"


def api_of(path: str) -> Api:
    """Return the API of a path.

    Health checks, tokens and unknown paths belong to no API.
    """
    if path == GRAPHQL_PATH:
        return "graphql"
    return "rest" if path.startswith(f"{MOUNTED_AT}/") else "other"
