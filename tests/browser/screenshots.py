"""Takes the screenshots of the documentation: `uv run python -m tests.browser.screenshots`."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

from playwright.async_api import Browser, expect

from tests.browser.chromium import chromium, find_chromium
from tests.browser.gateways import demo_gateway
from tests.browser.visit import visit

IMAGES: Final = Path(__file__).parents[2] / "docs" / "images"
WINDOW: Final = {"width": 1280, "height": 760}
TALL_WINDOW: Final = {"width": 1280, "height": 940}
COLOURING: Final = 3_000
"""Milliseconds: the editor shows text first, and colours it by and by."""


async def take_screenshots() -> None:
    program = find_chromium()
    if program is None:
        raise SystemExit("no Chromium is installed, which takes the pictures")
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, demo_gateway(Path(folder)) as gateway:
        async with chromium(program) as browser:
            await picture_an_answer(browser, gateway.url, "light", "graphiql.png")
            await picture_an_answer(browser, gateway.url, "dark", "graphiql-dark.png")
            await picture_the_documentation(browser, gateway.url, "graphiql-documentation.png")
            await picture_a_subscription(browser, gateway.url, "graphiql-subscription.png")
            await picture_a_tab(browser, gateway.url, "RulePreview", '"leaving"', "rule-preview.png")
            await picture_a_tab(browser, gateway.url, "AutomaticSegment", '"emma"', "rule-explained.png")


async def picture_an_answer(browser: Browser, url: str, colours: Literal["light", "dark"], name: str) -> None:
    async with visit(browser, url, colours, viewport=WINDOW) as visitor:
        await visitor.open()
        await visitor.run()
        await expect(visitor.answer).to_contain_text('"totalCount": 5')
        await visitor.page.mouse.move(0, 0)
        await visitor.page.wait_for_timeout(COLOURING)
        await visitor.page.screenshot(path=IMAGES / name, animations="disabled")


async def picture_a_tab(browser: Browser, url: str, tab: str, answer: str, name: str) -> None:
    async with visit(browser, url, viewport=TALL_WINDOW) as visitor:
        await visitor.open()
        await visitor.choose_tab(tab)
        await visitor.run()
        await expect(visitor.answer).to_contain_text(answer)
        await visitor.page.mouse.move(0, 0)
        await visitor.page.wait_for_timeout(COLOURING)
        await visitor.page.screenshot(path=IMAGES / name, animations="disabled")


async def picture_the_documentation(browser: Browser, url: str, name: str) -> None:
    async with visit(browser, url, viewport=WINDOW) as visitor:
        await visitor.open()
        await visitor.choose_tab("AnnasShop")
        await visitor.run()
        await expect(visitor.answer).to_contain_text('"firstName": "Anna"')
        await visitor.read_about("Query", "categoryTrees")
        await visitor.page.mouse.move(0, 0)
        await visitor.page.wait_for_timeout(COLOURING)
        await visitor.page.screenshot(path=IMAGES / name, animations="disabled")


async def picture_a_subscription(browser: Browser, url: str, name: str) -> None:
    """A change that another window has made."""
    async with (
        visit(browser, url, viewport=WINDOW) as visitor,
        visit(browser, url, viewport=WINDOW) as other_window,
    ):
        await visitor.open()
        await visitor.choose_tab("FollowChanges")
        await visitor.run()
        await expect(visitor.answer).to_contain_text("cursor")
        await other_window.open()
        await other_window.choose_tab("NewSegment")
        await other_window.run()
        await expect(visitor.answer).to_contain_text("SEGMENT_CREATED")
        await visitor.page.mouse.move(0, 0)
        await visitor.page.wait_for_timeout(COLOURING)
        await visitor.page.screenshot(path=IMAGES / name, animations="disabled")


if __name__ == "__main__":
    asyncio.run(take_screenshots())
