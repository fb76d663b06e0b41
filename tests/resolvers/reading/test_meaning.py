from models.filter.parse import parse_q
from models.sql.ordering import Order
from resolvers.reading.meaning import meaning_of
from resolvers.reading.page import ListQuery, Window
from resolvers.segment.members import SEGMENTS


def query(q: str, *sort: str) -> ListQuery:
    orders = tuple(Order(tuple(path.split(".")), descending=False) for path in sort)
    return ListQuery(Window(20), parse_q(q), orders)


def test_a_language_in_any_case_means_the_same() -> None:
    meanings = [meaning_of(query(f"name.{tag}:Gold", f"name.{tag}"), SEGMENTS) for tag in ("EN-gb", "en-GB")]
    assert meanings[0].filter.condition == meanings[1].filter.condition
    assert (
        meanings[0].query.orders == meanings[1].query.orders == (Order(("name", "en-GB"), descending=False),)
    )


def test_a_query_has_one_meaning_per_catalogue() -> None:
    listed = query("id:gold")
    assert meaning_of(listed, SEGMENTS) is meaning_of(listed, SEGMENTS)


def test_conditions_and_orders_are_counted_together() -> None:
    meaning = meaning_of(query("id:gold mixins.a.b:1", "id"), SEGMENTS)
    assert meaning.conditions == 3
    assert meaning.has_mixins
    assert not meaning_of(query("id:gold"), SEGMENTS).has_mixins


def test_values_are_apart_from_the_shape() -> None:
    gold, silver = (meaning_of(query(f"id:{name}"), SEGMENTS) for name in ("gold", "silver"))
    assert gold.filter.condition == silver.filter.condition
    assert list(gold.filter.values.values()) == ["gold"]
