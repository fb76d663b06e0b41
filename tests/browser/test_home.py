"""The page at the root, as somebody sees it who opens the address that the server prints."""

import re

from playwright.async_api import Browser, expect

from tests.browser.gateways import DemoGateway
from tests.browser.visit import visit


async def test_it_leads_to_graphiql(browser: Browser, gateway: DemoGateway) -> None:
    async with visit(browser, gateway.url) as visitor:
        await visitor.page.goto(f"{gateway.url}/")
        await expect(visitor.page.get_by_role("heading", name="Segment gateway")).to_be_visible()
        shop = re.compile(r"This is the demo: tenant acme has \d+ segments, \d+ customers")
        await expect(visitor.page.get_by_text(shop)).to_be_visible()
        assert await visitor.violations() == []
        await visitor.page.get_by_role("link", name="GraphiQL").click()
        await expect(visitor.query).to_be_visible()
        assert (visitor.foreign_requests, visitor.complaints) == ([], [])
