import pytest

from gateway.http.apis import api_of


@pytest.mark.parametrize(
    ("path", "api"),
    [
        ("/graphql", "graphql"),
        ("/graphql/", "other"),
        ("/graphql/callers.json", "other"),
        ("/customer-segment/acme/segments", "rest"),
        ("/customer-segment/", "rest"),
        ("/customer-segment", "other"),
        ("/customer-segments/acme", "other"),
        ("/healthz", "other"),
    ],
)
def test_a_path_belongs_to_one_api(path: str, api: str) -> None:
    assert api_of(path) == api
