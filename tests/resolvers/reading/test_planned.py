from resolvers.access import Reader
from resolvers.reading.listing import parse_filter
from resolvers.reading.page import ListQuery, Window
from resolvers.reading.planned import planned_count, planned_page
from resolvers.segment.members import SEGMENTS
from tests.factories.shop import Shop


def query(q: str, limit: int = 5) -> ListQuery:
    return ListQuery(Window(limit), parse_filter(q))


async def test_queries_that_differ_in_values_share_their_sql(shop: Shop) -> None:
    async def read(reader: Reader) -> None:
        first = await planned_page(reader, SEGMENTS, query("siteCode:main", 5))
        second = await planned_page(reader, SEGMENTS, query("siteCode:other", 7))
        assert second.listing is first.listing
        assert second.frame == first.frame
        assert (first.values["limit"], second.values["limit"]) == (6, 8)
        assert first.values != second.values
        assert list(first.page.rows) == []

    await shop.read(read)


async def test_a_filter_relative_to_now_has_the_time_of_the_request(shop: Shop) -> None:
    async def read(reader: Reader) -> None:
        relative = query("metadata.createdAt:>now-P1D")
        assert (await planned_page(reader, SEGMENTS, relative)).page.clock == reader.now
        assert (await planned_page(reader, SEGMENTS, query("siteCode:main"))).page.clock is None

    await shop.read(read)


async def test_a_count_has_the_values_of_the_filter_alone(shop: Shop) -> None:
    async def read(reader: Reader) -> None:
        page = await planned_page(reader, SEGMENTS, query("siteCode:main"))
        count = await planned_count(reader, SEGMENTS, query("siteCode:main"))
        assert count.listing is page.listing
        assert {**count.values, "limit": 6} == page.values

    await shop.read(read)
