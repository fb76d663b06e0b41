"""GraphiQL as a person meets it: a real browser, a real gateway, and no other host in reach."""

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from graphql import build_schema
from playwright.async_api import Browser, expect

from schema.root import schema
from tests.browser.gateways import DemoGateway, demo_gateway
from tests.browser.visit import Visit, visit

TABS = [
    "Segments",
    "AnnasShop",
    "DavidsCompany",
    "Matching",
    "NewSegment",
    "FollowChanges",
    "WhyNot",
    "ViewAs",
    "AutomaticSegment",
    "RulePreview",
    "SetRule",
]

NEW_SEGMENT = """
mutation { segmentCreate(input: {
  id: "followed", siteCode: "main", name: [{language: "en", text: "Followed"}]
}) { userErrors { message } } }
"""


async def test_the_page_asks_nobody_but_the_gateway(visitor: Visit) -> None:
    """Loaded, used, and looked at in every corner that loads something of its own."""
    for tab in TABS:
        await visitor.choose_tab(tab)
    await visitor.page.get_by_role("button", name="Show Documentation Explorer").click()
    await visitor.choose_tab("Segments")
    await visitor.page.get_by_role("button", name="Prettify query").click()
    await expect(visitor.query).to_contain_text("customer { firstName lastName }")
    await visitor.run()
    await expect(visitor.answer).to_contain_text('"totalCount": 5')

    hosts = {request.url.split("/graphql")[0] for request in visitor.requests if request.url[:5] != "blob:"}
    assert hosts == {visitor.url}
    assert visitor.foreign_requests == []
    assert await visitor.violations() == []
    assert visitor.complaints == []


async def test_a_query_is_typed_with_completion_and_answered(visitor: Visit) -> None:
    await visitor.add_tab()
    await visitor.begin_to_type("{ vie")
    await visitor.complete("viewer")
    await visitor.go_on_typing(" { ten")
    await visitor.complete("tenant")
    await visitor.run()
    await expect(visitor.answer).to_contain_text('"tenant": "acme"')
    assert await visitor.answered() == {"data": {"viewer": {"tenant": "acme"}}}


async def test_each_tab_speaks_for_its_caller(visitor: Visit) -> None:
    """The answers themselves are looked at without a browser."""
    for tab, name in (("AnnasShop", "Anna"), ("DavidsCompany", "David")):
        await visitor.choose_tab(tab)
        await visitor.run()
        assert (await visitor.answered())["data"]["viewer"]["customer"] == {"firstName": name}


async def test_the_administrator_sees_what_customers_see(visitor: Visit) -> None:
    await visitor.choose_tab("ViewAs")
    await visitor.run()
    views = (await visitor.answered())["data"]
    assert views["anna"]["customer"] == {"firstName": "Anna"}
    assert views["david"]["legalEntity"] == {"name": "Hütten Nord GmbH"}


async def test_the_administrator_sees_what_a_rule_does(visitor: Visit) -> None:
    await visitor.choose_tab("AutomaticSegment")
    await visitor.run()
    answer = (await visitor.answered())["data"]
    assert answer["segment"]["rule"]["state"] == "ACTIVE"
    assert answer["emma"]["because"][0]["reasons"][0]["text"] == "The turnover is 75, not at least 1000."


async def test_the_administrator_previews_a_rule_and_sets_it(visitor: Visit) -> None:
    await visitor.choose_tab("RulePreview")
    await visitor.run()
    preview = (await visitor.answered())["data"]["segmentRulePreview"]
    assert (preview["joins"], preview["leaves"]) == (1, 2)
    assert [one["firstName"] for one in preview["joining"]["nodes"]] == ["Felix"]

    await visitor.choose_tab("SetRule")
    await visitor.run_until_answered('"segmentRuleSet"')
    answer = (await visitor.answered())["data"]["segmentRuleSet"]
    assert (answer["rule"]["state"], answer["userErrors"]) == ("ACTIVE", [])

    await visitor.choose_tab("RulePreview")
    await visitor.run_until_answered('"joins": 0')


async def test_tabs_keep_their_callers_when_the_page_is_loaded_again(visitor: Visit) -> None:
    await visitor.choose_tab("AnnasShop")
    await visitor.page.wait_for_function(
        "() => JSON.parse(sessionStorage['segment-gateway:graphiql:tabState'] ?? '{}').activeTabIndex === 1"
    )
    await visitor.open()
    await visitor.run()
    assert (await visitor.answered())["data"]["viewer"]["customer"] == {"firstName": "Anna"}
    await visitor.choose_tab("DavidsCompany")
    await visitor.run()
    assert (await visitor.answered())["data"]["viewer"]["customer"] == {"firstName": "David"}


async def test_the_documentation_explains_the_schema(visitor: Visit) -> None:
    documentation = await visitor.read_about("Query", "matchItems")
    await expect(documentation).to_contain_text("Needs segment_manage.")


async def test_the_explorer_writes_a_query(visitor: Visit) -> None:
    await visitor.add_tab()
    await visitor.page.get_by_role("button", name="Show GraphiQL Explorer").click()
    explorer = visitor.page.locator(".graphiql-explorer-root")
    await explorer.get_by_text("viewer", exact=True).click()
    await explorer.get_by_text("canManage", exact=True).click()
    await expect(visitor.query).to_contain_text("canManage")
    await visitor.run()
    assert await visitor.answered() == {"data": {"viewer": {"canManage": True}}}


async def test_an_error_says_what_is_wrong_and_where(visitor: Visit) -> None:
    await visitor.add_tab()
    await visitor.replace_query("{ segments { nodes { nmae } } }")
    await expect(visitor.page.locator(".graphiql-query-editor .squiggly-error")).to_be_visible()
    await visitor.run()
    [error] = (await visitor.answered())["errors"]
    assert error["message"].startswith("Cannot query field 'nmae' on type 'Segment'.")
    assert error["locations"] == [{"line": 1, "column": 22}]


async def test_a_gateway_that_is_away_is_named(visitor: Visit) -> None:
    await visitor.page.route("**/graphql", lambda route: route.abort("connectionrefused"))
    await visitor.run()
    message = f"The gateway at {visitor.url}/graphql does not answer. Is it running?"
    assert await visitor.answered() == {"errors": [{"message": message}]}


async def test_an_answer_of_somebody_else_is_shown_as_such(visitor: Visit) -> None:
    await visitor.page.route("**/graphql", lambda route: route.fulfill(status=502, body="Bad gateway"))
    await visitor.run()
    message = "The answer is not JSON but HTTP 502: Bad gateway"
    assert await visitor.answered() == {"errors": [{"message": message}]}


async def test_what_takes_long_can_be_stopped(visitor: Visit, gateway: DemoGateway) -> None:
    """A mutation that waits for its turn to write, which somebody else does not give away."""
    await visitor.choose_tab("NewSegment")
    with closing(sqlite3.connect(gateway.database, isolation_level=None)) as somebody_else:
        somebody_else.execute("BEGIN IMMEDIATE")
        await visitor.run()
        async with visitor.page.expect_event("requestfailed") as stopped:
            await visitor.stop()
        assert (await stopped.value).failure == "net::ERR_ABORTED"
        assert await visitor.answered() == {"errors": [{"message": "Stopped before the answer came."}]}

    await visitor.choose_tab("AnnasShop")
    await visitor.run()
    assert (await visitor.answered())["data"]["viewer"]["customer"] == {"firstName": "Anna"}
    assert gateway.errors() == []


async def test_a_change_appears_while_another_window_writes(
    visitor: Visit, browser: Browser, gateway: DemoGateway
) -> None:
    await visitor.choose_tab("FollowChanges")
    await visitor.run()
    begin = (await visitor.answered())["data"]["changes"]
    assert begin == {"changes": [], "cursor": begin["cursor"]}

    async with visit(browser, gateway.url) as other_window:
        await other_window.open()
        await other_window.add_tab()
        await other_window.replace_query(NEW_SEGMENT)
        await other_window.run()
        assert await other_window.answered() == {"data": {"segmentCreate": {"userErrors": []}}}

    await expect(visitor.answer).to_contain_text("SEGMENT_CREATED")
    batch = (await visitor.answered())["data"]["changes"]
    [change] = batch["changes"]
    assert change["segment"] == {"id": "followed", "name": "Followed"}

    await visitor.stop()
    await expect(visitor.page.get_by_role("button", name="Execute query")).to_be_visible()
    assert (await visitor.answered())["data"]["changes"] == batch
    assert visitor.foreign_requests == []
    assert await visitor.violations() == []
    assert visitor.complaints == []


async def test_a_subscription_that_cannot_begin_says_why(visitor: Visit) -> None:
    await visitor.add_tab()
    await visitor.replace_query('subscription { changes(after: "x") { cursor } }')
    await visitor.run()
    [error] = (await visitor.answered())["errors"]
    assert error["extensions"]["code"] == "INVALID_ARGUMENT"


@pytest.mark.usefixtures("built_page")
async def test_a_subscription_whose_gateway_leaves_says_how_to_go_on(
    browser: Browser, tmp_path: Path
) -> None:
    with ExitStack() as running:
        gateway = running.enter_context(demo_gateway(tmp_path))
        async with visit(browser, gateway.url) as visitor:
            await visitor.open()
            await visitor.choose_tab("FollowChanges")
            await visitor.run()
            await expect(visitor.answer).to_contain_text("cursor")
            running.close()
            await expect(visitor.answer).to_contain_text("The stream has ended")
            [error] = (await visitor.answered())["errors"]
    assert error["message"].endswith("with the last cursor as `after` to miss nothing.")


async def test_the_schema_can_be_saved(visitor: Visit) -> None:
    """With every type, in GraphiQL's own order."""
    async with visitor.page.expect_download() as download:
        await visitor.page.get_by_role("button", name="Schema (SDL)").click()
    saved = await (await download.value).path()
    kept = saved.read_text()
    assert set(build_schema(kept).type_map) == set(build_schema(schema.as_str()).type_map)


async def test_the_rest_explorer_is_a_click_away(visitor: Visit) -> None:
    async with visitor.page.expect_popup() as opened:
        await visitor.page.get_by_role("link", name="REST explorer").click()
    explorer = await opened.value
    await expect(explorer.get_by_role("link", name="OpenAPI document")).to_be_visible()
