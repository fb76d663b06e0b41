from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, expect

from gateway.graphiql.endpoints import BUNDLE
from tests.browser.chromium import chromium, find_chromium
from tests.browser.gateways import DemoGateway, demo_gateway
from tests.browser.visit import Visit, visit

expect.set_options(timeout=15_000)
"""Milliseconds: the browser shares its cores with the other tests."""


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    program = find_chromium()
    if program is None:
        pytest.skip("no Chromium is installed, which these tests drive")
    async with chromium(program) as browser:
        yield browser


@pytest.fixture(scope="session")
def built_page() -> None:
    if not (BUNDLE / "index.html").is_file():
        pytest.skip("the GraphiQL page was not built: install with npm's registry in reach")


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory, built_page: None) -> Iterator[DemoGateway]:  # noqa: ARG001
    """One demo for all tests of a run; what they write, they write under names of their own."""
    with demo_gateway(tmp_path_factory.mktemp("demo")) as gateway:
        yield gateway


@pytest.fixture
async def visitor(browser: Browser, gateway: DemoGateway) -> AsyncIterator[Visit]:
    """Somebody who has just opened the page."""
    async with visit(browser, gateway.url) as visitor:
        await visitor.open()
        yield visitor
