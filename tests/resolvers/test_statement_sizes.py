"""The statements cache weighs what it holds."""

import sys
from itertools import islice

import pytest

from models.filter.parse import parse_q
from models.sql.ordering import parse_sort
from resolvers.access import Reader
from resolvers.reading.page import ListQuery, Window
from resolvers.reading.statements import STATEMENTS
from resolvers.segment.read import segments
from resolvers.values.language import LanguagePreference
from tests.factories.memory import allocation
from tests.factories.shop import Shop

SEVERAL = " ".join(f"mixins.a{number}.b:gold" for number in range(10))
MANY = " ".join(f"id:>a{number}" for number in range(50))
NUMBERS = f"mixins.a.b:({','.join(map(str, range(200)))})"


@pytest.mark.slow
@pytest.mark.parametrize("sort", [None, "name", "mixins.a.b,mixins.c.d:desc"])
@pytest.mark.parametrize("q", ["", "siteCode:main", "mixins.a.b:gold", SEVERAL, MANY, NUMBERS, "name:exists"])
async def test_statements_are_weighed_within_a_factor(shop: Shop, q: str, sort: str | None) -> None:
    """The estimate is at least two thirds of what is measured, and at most five times as much.

    Up to four pages are measured, until one is within: what else the process keeps at first only adds.
    """
    columns = iter(["name", "status", "site_code", "mixins", "description", "version", "valid_from"])

    async def page(reader: Reader) -> None:
        for _ in range(2):
            query = ListQuery(
                Window(1),
                parse_q(q),
                parse_sort(sort),
                LanguagePreference(("de", "en-GB")),
                frozenset([name]),
            )
            await segments(reader).page(query)

    name = next(columns)
    await shop.read(page)
    estimated, measured = 0, sys.maxsize
    for name in islice(columns, 4):  # noqa: B007  (the page reads it)
        STATEMENTS.clear()
        with allocation() as allocated:
            await shop.read(page)
        estimated, measured = max(estimated, STATEMENTS.size), min(measured, allocated.size)
        if 2 / 3 * (measured - 20_000) < estimated < 5 * measured:
            return
    pytest.fail(f"{measured} bytes are estimated as {estimated}")
