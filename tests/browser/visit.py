"""A visit to the GraphiQL page: what a person does there and sees, and what the browser does meanwhile."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, Literal

import orjson
from playwright.async_api import Browser, Locator, Page, Request, Route, expect

TELL_VIOLATIONS = """
    window.violations = []
    document.addEventListener('securitypolicyviolation',
        (event) => window.violations.push(`${event.effectiveDirective}: ${event.blockedURI}`))
"""

RUNS: Final = 10
RESPONSE_TEXT = """
    () => __MONACO.editor.getModels().find((model) => model.uri.path.endsWith('response.json')).getValue()
"""


class Visit:
    """One tab of the browser, in a profile that has never been anywhere."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.requests: list[Request] = []
        self.foreign_requests: list[str] = []
        self.complaints: list[str] = []
        """What the browser's console shows in red."""

    async def open(self) -> None:
        """Go to the page, and wait until it can be worked with: it has its editors and the schema."""
        await self.page.goto(f"{self.url}/graphql")
        await expect(self.query).to_be_visible()
        await expect(self.answer).to_be_attached()
        await self.page.get_by_role("button", name="Schema (SDL)", disabled=False).wait_for()

    async def violations(self) -> list[str]:
        """Of the content security policy."""
        told: list[str] = await self.page.evaluate("window.violations")
        return told

    async def choose_tab(self, name: str) -> None:
        await self.page.get_by_role("tab").get_by_text(name, exact=True).click()
        await expect(self.query).to_contain_text(f" {name} {{")

    async def add_tab(self) -> None:
        await self.page.get_by_role("button", name="New tab").click()
        await expect(self.query).to_have_text("")

    async def begin_to_type(self, text: str) -> None:
        """At the end of the query, keystroke by keystroke; the editor closes brackets by itself."""
        await self.query.click()
        await self.go_on_typing(text)

    async def go_on_typing(self, text: str) -> None:
        await self.page.keyboard.type(text)

    async def complete(self, word: str) -> None:
        """Take the first suggestion, which is this word."""
        suggestion = self.page.locator(f".suggest-widget .monaco-list-row.focused[aria-label='{word}']")
        await expect(suggestion).to_be_visible()
        await self.page.keyboard.press("Enter")

    async def replace_query(self, text: str) -> None:
        """As if it were pasted."""
        await self.query.click()
        await self.page.keyboard.press("ControlOrMeta+A")
        await self.page.keyboard.insert_text(text)

    async def replace_variables(self, text: str) -> None:
        await self.page.get_by_role("button", name="Variables").click()
        await self.headers.click()
        await self.page.keyboard.press("ControlOrMeta+A")
        await self.page.keyboard.insert_text(text)

    async def read_about(self, *names: str) -> Locator:
        """In the documentation, from link to link."""
        await self.page.get_by_role("button", name="Show Documentation Explorer").click()
        documentation = self.page.locator(".graphiql-doc-explorer")
        for name in names:
            await documentation.get_by_role("link", name=name, exact=True).click()
        return documentation

    async def run(self) -> None:
        await self.page.get_by_role("button", name="Execute query").click()

    async def run_until_answered(self, text: str) -> None:
        """Run again until the answer has the text.

        After a change of tabs the page asks for the operation of the tab before, for a moment.
        """
        for _ in range(RUNS):
            await self.run()
            with suppress(AssertionError):
                await expect(self.answer).to_contain_text(text, timeout=2_000)
                return
        await expect(self.answer).to_contain_text(text)

    async def stop(self) -> None:
        await self.page.get_by_role("button", name="Stop query").click()

    async def answered(self) -> Any:
        """The answer, once it is there. It is read from the editor's text, which the window may cut short."""
        text = await self.page.wait_for_function(RESPONSE_TEXT)
        return orjson.loads(await text.json_value())

    @property
    def query(self) -> Locator:
        return self.page.locator(".graphiql-query-editor .view-lines")

    @property
    def headers(self) -> Locator:
        """The editor below the query: of headers, unless that of variables was chosen."""
        return self.page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines")

    @property
    def answer(self) -> Locator:
        return self.page.locator(".graphiql-response .view-lines")

    def note(self, request: Request) -> None:
        self.requests.append(request)

    async def let_through(self, route: Route) -> None:
        """The network is cut off, except to the gateway."""
        if route.request.url.startswith(f"{self.url}/"):
            await route.continue_()
        else:
            self.foreign_requests.append(route.request.url)
            await route.abort()


@asynccontextmanager
async def visit(
    browser: Browser, url: str, colours: Literal["light", "dark"] = "light", **context: Any
) -> AsyncIterator[Visit]:
    """A visit to the gateway at this address."""
    profile = await browser.new_context(color_scheme=colours, **context)
    page = await profile.new_page()
    visit = Visit(page, url)
    await profile.add_init_script(TELL_VIOLATIONS)
    await profile.route("**/*", visit.let_through)
    profile.on("request", visit.note)
    page.on("console", lambda told: visit.complaints.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    yield visit
    await profile.close()
