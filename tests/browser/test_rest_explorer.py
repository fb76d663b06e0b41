"""The explorer of the REST API, as a REST client's developer uses it."""

import jwt
from playwright.async_api import Browser, Locator, expect

from rest_compat.operations import EXTENSIONS, OPERATIONS
from tests.browser.gateways import DemoGateway
from tests.browser.visit import Visit, visit

LIST = "GET-customer-segment-retrieve-segments"


async def opened(visitor: Visit) -> None:
    await visitor.page.goto(f"{visitor.url}/customer-segment/")
    await expect(visitor.page.locator(".opblock")).to_have_count(len(OPERATIONS) + len(EXTENSIONS))


def operation(visitor: Visit, operation_id: str) -> Locator:
    return visitor.page.locator(f".opblock[id$='-{operation_id}']")


async def test_each_operation_can_be_tried_beside_its_counterpart(
    browser: Browser, gateway: DemoGateway
) -> None:
    async with visit(browser, gateway.url) as visitor:
        await opened(visitor)
        segments = operation(visitor, LIST)
        await segments.locator(".opblock-summary-control").click()
        await expect(segments).to_contain_text("The same in GraphQL")
        await expect(segments.locator("pre").first).to_contain_text("segments(")
        await segments.get_by_role("button", name="Execute").click()
        answer = segments.locator(".live-responses-table .response").first
        await expect(answer.locator(".response-col_status")).to_contain_text("200")
        await expect(answer).to_contain_text('"siteCode": "main"')
        await expect(segments.locator(".curl")).to_contain_text(
            f"{gateway.url}/customer-segment/acme/segments"
        )
        assert await visitor.violations() == []
        assert (visitor.foreign_requests, visitor.complaints) == ([], [])


async def test_requests_are_sent_as_the_caller_that_is_chosen(browser: Browser, gateway: DemoGateway) -> None:
    async with visit(browser, gateway.url) as visitor:
        await opened(visitor)
        await visitor.page.get_by_label("Requests as").select_option(index=1)
        segments = operation(visitor, LIST)
        await segments.locator(".opblock-summary-control").click()
        await segments.get_by_role("button", name="Execute").click()
        answer = segments.locator(".live-responses-table .response").first
        await expect(answer.locator(".response-col_status")).to_contain_text("200")
        request = next(request for request in visitor.requests if "/acme/segments" in request.url)
        token = request.headers["authorization"].removeprefix("Bearer ")
        assert jwt.decode(token, options={"verify_signature": False})["customerId"] == "anna"
