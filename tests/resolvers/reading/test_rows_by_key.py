from models.tables.segment import segment
from resolvers.reading.rows_by_key import KeyedRows, rows_by_key
from resolvers.visibility import visible_segments
from tests.factories import documents
from tests.factories.shop import Shop

SEGMENTS = KeyedRows(segment, ("id",), visible_segments)


async def test_rows_have_the_columns_of_the_question_and_the_key(shop: Shop) -> None:
    await shop.segments(documents.segment("gold"), documents.segment("silver"))
    rows = await shop.read(
        lambda reader: rows_by_key(reader, SEGMENTS, ["gold", "none"], columns=["site_code"])
    )
    assert {key: dict(row) for key, row in rows.items()} == {"gold": {"id": "gold", "site_code": "main"}}


async def test_no_key_needs_no_statement(shop: Shop) -> None:
    async with shop.database.read() as snapshot:
        assert snapshot.statements == 0
    assert await shop.read(lambda reader: rows_by_key(reader, SEGMENTS, [])) == {}


async def test_the_own_view_hides_rows_unless_they_are_known_to_be_visible(shop: Shop) -> None:
    await shop.segments(documents.segment("gold"))
    anna = shop.caller("O", "anna")
    for is_known in (False, True):
        rows = await shop.read(
            lambda reader, is_known=is_known: rows_by_key(  # type: ignore[misc]
                reader, SEGMENTS, ["gold"], columns=["id"], known_visible=is_known
            ),
            anna,
        )
        assert list(rows) == ["gold"] * is_known
