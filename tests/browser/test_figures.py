"""What an answer has cost, below it."""

from playwright.async_api import Locator, expect

from tests.browser.visit import Visit


def figures(visitor: Visit) -> Locator:
    return visitor.page.get_by_role("list", name="What the answer has cost").get_by_role("listitem")


async def test_the_figures_are_those_of_the_answer_that_is_shown(visitor: Visit) -> None:
    """They are not in the answer itself, and come back with its tab."""
    await expect(figures(visitor)).to_have_count(0)
    await visitor.add_tab()
    await visitor.replace_query("{ segments(first: 7) { nodes { id } } }")
    await visitor.run()
    assert set(await visitor.answered()) == {"data"}
    await expect(figures(visitor).nth(0)).to_have_text("7 of 50,000 objects")
    await expect(figures(visitor).nth(1)).to_have_text("1 SQL statement")
    await expect(figures(visitor).nth(2)).to_contain_text("ms of ")

    await visitor.choose_tab("Matching")
    await expect(figures(visitor)).to_have_count(0)
    await visitor.run()
    await expect(figures(visitor).nth(0)).to_have_text("5 of 50,000 objects")


async def test_a_refused_operation_shows_its_cost(visitor: Visit) -> None:
    await visitor.add_tab()
    await visitor.replace_query(
        "{ segments(first: 100) { nodes { customerAssignments(first: 1000) { nodes { assignmentType } } } } }"
    )
    await visitor.run()
    [error] = (await visitor.answered())["errors"]
    assert error["extensions"]["code"] == "LIMIT_EXCEEDED"
    await expect(figures(visitor).nth(0)).to_have_text("100,100 of 50,000 objects")
    await expect(figures(visitor).nth(1)).to_have_text("0 SQL statements")
