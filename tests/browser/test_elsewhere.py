"""The page outside of the demo, under a prefix, and where it was not built."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import Mount

from gateway.app import create_app
from gateway.settings.settings import Settings
from tests.browser.gateways import served
from tests.browser.visit import visit


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A gateway that is no demo, on an empty database."""
    secret = SecretStr("a secret that only the tests know")
    return Settings(database_url=f"sqlite+aiosqlite:///{tmp_path / 'segments.db'}", token_secret=secret)


@pytest.mark.usefixtures("built_page")
async def test_outside_of_the_demo_nobodys_token_is_offered(browser: Browser, settings: Settings) -> None:
    async with served(create_app(settings)) as url, visit(browser, url) as visitor:
        await visitor.open()
        await expect(visitor.headers).to_have_text('{  // "Authorization": "Bearer <token>"}')
        await visitor.run()
        [error] = (await visitor.answered())["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.usefixtures("built_page")
async def test_a_subscription_without_a_token_is_refused(browser: Browser, settings: Settings) -> None:
    async with served(create_app(settings)) as url, visit(browser, url) as visitor:
        await visitor.open()
        await visitor.choose_tab("FollowChanges")
        await visitor.run()
        [error] = (await visitor.answered())["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.usefixtures("built_page")
async def test_the_page_works_under_a_prefix(browser: Browser, settings: Settings) -> None:
    gateway = create_app(settings)
    mounted = Starlette(routes=[Mount("/shop", gateway)], lifespan=gateway.router.lifespan_context)
    async with served(mounted) as url, visit(browser, f"{url}/shop") as visitor:
        await visitor.open()
        await visitor.add_tab()
        await visitor.replace_query("{ __typename }")
        await visitor.run()
        assert await visitor.answered() == {"data": {"__typename": "Query"}}
        assert visitor.foreign_requests == []
        assert visitor.complaints == []


async def test_a_page_that_was_not_built_says_how_to_get_it(
    browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    async with served(create_app(settings, bundle=tmp_path)) as url, visit(browser, url) as visitor:
        await visitor.page.goto(f"{url}/graphql")
        page = visitor.page.locator("body")
        await expect(page.get_by_role("heading", level=1)).to_have_text("GraphiQL is not installed")
        await expect(page).to_contain_text("uv sync --reinstall-package segment-gateway")
        await expect(page).to_contain_text(f"curl {url}/graphql \\")
        assert await visitor.violations() == []
        assert visitor.foreign_requests == []
