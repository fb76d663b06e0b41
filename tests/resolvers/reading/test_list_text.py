from collections.abc import Sequence

import orjson
import pytest

from models.sql.row_text import ChildrenText, ColumnText, ObjectText, RowText
from resolvers.access import Reader
from resolvers.item_assignment import item_assignments_of_segments
from resolvers.reading.list_text import joined_rows, list_texts
from resolvers.reading.listing import parse_filter
from resolvers.reading.page import ListQuery, Window
from resolvers.segment.read import segments
from tests.factories.documents import segment
from tests.factories.shop import Shop

IDS = RowText(ObjectText((("id", ColumnText("id")),)))
ITEM_IDS = RowText(ObjectText((("item", ColumnText("item_id")),)))
WITH_ITEMS = RowText(ObjectText((("id", ColumnText("id")), ("a", ChildrenText(0)), ("b", ChildrenText(1)))))


def query(text: RowText, limit: int = 9, q: str | None = None, *, from_back: bool = False) -> ListQuery:
    window = Window(limit, from_back=from_back)
    return ListQuery(window, parse_filter(q), columns=text.columns, text=text, cursors=False)


@pytest.fixture
async def stocked(shop: Shop) -> Shop:
    await shop.segments(*map(segment, ("bronze", "gold", "silver")))
    await shop.items(*(("gold", "PRODUCT", name) for name in "abc"), ("silver", "CATEGORY", "a"))
    return shop


def skip_on_sqlite(shop: Shop) -> None:
    if shop.database.is_sqlite:
        pytest.skip("SQLite reads each list by a statement of its own")


async def test_several_lists_with_lists_inside_are_one_statement(stocked: Shop) -> None:
    skip_on_sqlite(stocked)

    async def read(reader: Reader) -> Sequence[str]:
        items = item_assignments_of_segments(reader)
        children = [
            await items.as_text(query(ITEM_IDS, 2), []),
            await items.as_text(query(ITEM_IDS, 1, "type:PRODUCT", from_back=True), []),
        ]
        lists = [
            await segments(reader).as_text(query(WITH_ITEMS, 9, "id:>bronze"), children),
            await segments(reader).as_text(query(IDS, 2, "id:<silver"), []),
            await segments(reader).as_text(query(IDS, 2, "id:nothing"), []),
        ]
        texts = await list_texts(reader, lists)
        assert reader.snapshot.statements == 1
        return texts

    assert [orjson.loads(text) for text in await stocked.read(read)] == [
        [
            {"id": "gold", "a": [{"item": "a"}, {"item": "b"}], "b": [{"item": "c"}]},
            {"id": "silver", "a": [{"item": "a"}], "b": []},
        ],
        [{"id": "bronze"}, {"id": "gold"}],
        [],
    ]


@pytest.mark.parametrize("parents", [["gold", "none", "silver"], ["gold"]])
async def test_the_lists_of_parents_as_text(stocked: Shop, parents: list[str]) -> None:
    async def read(reader: Reader) -> dict[str, str]:
        return await item_assignments_of_segments(reader).texts(parents, query(ITEM_IDS, 2, from_back=True))

    whole = {"gold": [{"item": "b"}, {"item": "c"}], "none": [], "silver": [{"item": "a"}]}
    found = {parent: orjson.loads(text) for parent, text in (await stocked.read(read)).items()}
    assert found == {parent: whole[parent] for parent in parents}


def test_rows_come_in_one_text_or_in_several() -> None:
    assert joined_rows([]) == joined_rows([None]) == "[]"
    assert joined_rows(['{"a":1},{"a":2}']) == joined_rows(['{"a":1}', '{"a":2}']) == '[{"a":1},{"a":2}]'
