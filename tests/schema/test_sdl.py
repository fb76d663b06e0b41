from pathlib import Path

from schema.federation.query import SDL
from schema.root import schema

FOLDER = Path(__file__).parents[2] / "schema"


def test_the_committed_sdl_is_the_schema() -> None:
    """Its diff is the review of the API; `segment-gateway schema > schema/schema.graphql` renews it."""
    assert (FOLDER / "schema.graphql").read_text() == schema.as_str() + "\n"


def test_the_committed_sdl_of_the_subgraph_is_what_routers_read() -> None:
    """`segment-gateway schema --federation > schema/federation.graphql` renews it."""
    assert (FOLDER / "federation.graphql").read_text() == SDL
