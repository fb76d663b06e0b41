from pathlib import Path

from schema.root import schema

SDL = Path(__file__).parents[2] / "schema" / "schema.graphql"


def test_the_committed_sdl_is_the_schema() -> None:
    """Its diff is the review of the API; `segment-gateway schema > schema/schema.graphql` renews it."""
    assert SDL.read_text() == schema.as_str() + "\n"
