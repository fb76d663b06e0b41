"""What is served at /customer-segment/, and to whom."""

from pathlib import Path

from gateway.app import create_app
from gateway.graphiql.headers import GRAPHIQL_HEADERS
from gateway.settings.settings import Settings
from tests.gateway.serving import client_of

HTML = {"Accept": "text/html,*/*;q=0.8"}
PAGE = "<!doctype html><title>REST</title>"
NOT_FOUND = {"code": 404, "status": "Not Found", "message": "No such endpoint."}


async def test_a_browser_is_shown_the_page_and_others_find_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "customer-segment").mkdir()
    (tmp_path / "customer-segment" / "index.html").write_text(PAGE)
    async with client_of(create_app(settings, bundle=tmp_path)) as client:
        answer = await client.get("/customer-segment/", headers=HTML)
        assert (answer.status_code, answer.text) == (200, PAGE)
        assert {name: answer.headers[name] for name in GRAPHIQL_HEADERS} == GRAPHIQL_HEADERS
        for path in ("/customer-segment/", "/customer-segment"):
            program = await client.get(path)
            assert (program.status_code, program.json()) == (404, NOT_FOUND)


async def test_without_the_page_a_browser_finds_nothing(settings: Settings, tmp_path: Path) -> None:
    async with client_of(create_app(settings, bundle=tmp_path)) as client:
        assert (await client.get("/customer-segment/", headers=HTML)).status_code == 404
