"""A tab's request as curl, in GraphQL and in REST: pasted into a shell, it does the same."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from playwright.async_api import Browser, Locator, expect

from tests.browser.gateways import DemoGateway
from tests.browser.visit import Visit, visit

NASTY = 'It\'s "quoted", $HOME `id` \\n !! \n and a new line; it costs 5 €'
CREATED = """
mutation New($input: SegmentCreateInput!) {
  segmentCreate(input: $input) { segment { id } userErrors { message } }
}
"""
NEW_SEGMENT = {
    "id": "nasty",
    "siteCode": "main",
    "name": [{"language": "en", "text": NASTY}],
    "mixins": {"note": {"text": NASTY}},
}


async def opened(visitor: Visit) -> Locator:
    await visitor.page.get_by_role("button", name="As curl").click()
    dialog = visitor.page.get_by_role("dialog", name="The request as curl")
    await expect(dialog).to_be_visible()
    return dialog


async def command(dialog: Locator, title: str) -> str:
    text = await dialog.get_by_role("region", name=title, exact=True).locator("pre").text_content()
    assert text is not None
    return text


def pasted(text: str, token: str) -> Any:
    """What the command prints, in a shell that knows the token."""
    shell, curl = shutil.which("bash"), shutil.which("curl")
    if not (shell and curl):
        pytest.skip("no Bash or no curl is installed")
    run = subprocess.run(  # noqa: S603
        [shell, "-c", f"{text} --silent --show-error --fail-with-body"],
        env={"PATH": os.environ["PATH"], "TOKEN": token},
        capture_output=True,
        check=True,
    )
    return orjson.loads(run.stdout) if run.stdout else None


async def tokens(visitor: Visit) -> Mapping[str, str]:
    callers = await visitor.page.evaluate("fetch('graphql/callers.json').then((one) => one.json())")
    return {caller["name"]: caller["token"] for caller in callers}


async def test_the_commands_of_an_example(visitor: Visit) -> None:
    await visitor.choose_tab("AnnasShop")
    await visitor.run()
    answer = await visitor.answered()
    dialog = await opened(visitor)
    anna = (await tokens(visitor))["anna"]
    assert anna not in await dialog.inner_text()
    assert pasted(await command(dialog, "GraphQL"), anna) == answer
    await expect(dialog.get_by_role("region", name="viewer", exact=True)).to_contain_text(
        "REST has no counterpart of `viewer`."
    )
    segments = await command(dialog, "segments: GET-customer-segment-retrieve-segments")
    assert segments == (
        f"curl '{visitor.url}/customer-segment/acme/segments?pageSize=20' \\\n"
        '  -H "Authorization: Bearer $TOKEN"'
    )
    listed = pasted(segments, anna)
    assert [one["id"] for one in listed] == [one["id"] for one in answer["data"]["segments"]["nodes"]]
    trees = await command(dialog, "categoryTrees: GET-customer-segment-retrieve-category-trees")
    assert trees == (
        f"curl '{visitor.url}/customer-segment/acme/segments/items/category-trees?siteCode=main' \\\n"
        '  -H "Authorization: Bearer $TOKEN"'
    )
    assert len(pasted(trees, anna)) == len(answer["data"]["categoryTrees"])
    assert await visitor.violations() == []
    assert (visitor.foreign_requests, visitor.complaints) == ([], [])


async def test_a_write_with_quotes_and_newlines_in_its_variables(visitor: Visit) -> None:
    await visitor.add_tab()
    await visitor.replace_query(CREATED)
    await visitor.replace_variables(orjson.dumps({"input": NEW_SEGMENT}).decode())
    dialog = await opened(visitor)
    administrator = (await tokens(visitor))["administrator"]
    created = pasted(await command(dialog, "GraphQL"), administrator)
    assert created == {"data": {"segmentCreate": {"segment": {"id": "nasty"}, "userErrors": []}}}
    read = f"curl '{visitor.url}/customer-segment/acme/segments/nasty' -H \"Authorization: Bearer $TOKEN\""
    by_graphql = pasted(read, administrator)
    assert (by_graphql["name"], by_graphql["mixins"]) == ({"en": NASTY}, NEW_SEGMENT["mixins"])

    pasted(read.replace("' -H", "' -X DELETE -H"), administrator)
    in_rest = await command(dialog, "segmentCreate: POST-customer-segment-create-segment")
    assert pasted(in_rest, administrator) == {"id": "nasty"}
    by_rest = pasted(read, administrator)
    assert {**by_rest, "metadata": None} == {**by_graphql, "metadata": None}
    pasted(read.replace("' -H", "' -X DELETE -H"), administrator)


async def test_what_rest_cannot_say_is_said(visitor: Visit) -> None:
    await visitor.add_tab()
    await visitor.replace_query('{ segments(where: {id: {eq: "vip"}}) { nodes { id } } }')
    dialog = await opened(visitor)
    await expect(dialog.get_by_role("region", name="segments", exact=True)).to_contain_text(
        "REST has no counterpart of `where` here."
    )
    assert pasted(await command(dialog, "GraphQL"), (await tokens(visitor))["administrator"]) == {
        "data": {"segments": {"nodes": [{"id": "vip"}]}}
    }


async def test_the_dialog_works_with_the_keyboard_alone_and_in_a_narrow_window(
    browser: Browser, gateway: DemoGateway
) -> None:
    """It opens, copies and closes; nothing is wider than the window."""
    size = {"width": 360, "height": 640}
    async with visit(
        browser, gateway.url, viewport=size, permissions=["clipboard-read", "clipboard-write"]
    ) as visitor:
        await visitor.open()
        await visitor.page.get_by_role("button", name="As curl").focus()
        await visitor.page.keyboard.press("Enter")
        dialog = visitor.page.get_by_role("dialog", name="The request as curl")
        await expect(dialog.get_by_role("button", name="Close")).to_be_focused()
        box = await dialog.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size["width"]
        copy = dialog.get_by_role("region", name="GraphQL", exact=True).get_by_role("button")
        await copy.focus()
        await visitor.page.keyboard.press("Enter")
        await expect(copy).to_have_text("Copied")
        text = await command(dialog, "GraphQL")
        assert await visitor.page.evaluate("navigator.clipboard.readText()") == text
        await visitor.page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await expect(visitor.page.get_by_role("button", name="As curl")).to_be_focused()
        assert await visitor.violations() == []
