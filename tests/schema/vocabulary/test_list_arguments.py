from typing import Any

import pytest

from models.filter.parse import parse_q
from models.filter.tree import And, Condition, Present
from models.sql.ordering import Order
from resolvers.errors import InvalidArgument
from resolvers.reading.page import ArgumentNames, ListQuery, Window
from resolvers.values.language import LanguagePreference
from schema.vocabulary.list_arguments import list_query

EMAIL = Present(("email",))
NONE: dict[str, Any] = dict.fromkeys(("q", "where", "order_by", "first", "after", "last", "before"))


class Context:
    language = LanguagePreference(("de",))

    def __init__(self) -> None:
        self.filters: list[str] = []

    def count_filter(self, q: str) -> None:
        self.filters.append(q)


class Where:
    def condition(self) -> Condition:
        return EMAIL


class ById:
    def order(self) -> Order:
        return Order(("id",), descending=False)


def query(**arguments: Any) -> ListQuery:
    return list_query(Context(), **{**NONE, **arguments})


def test_without_arguments_the_first_twenty_rows_are_read() -> None:
    plain = query()
    assert (plain.window, plain.condition, plain.orders) == (Window(20), None, ())
    assert plain.language is Context.language
    assert plain.names == ArgumentNames(condition=("where",), orders="orderBy")


def test_both_filters_have_to_hold() -> None:
    both = query(q="id:a", where=Where(), order_by=[ById()], last=5)
    assert both.condition == And((parse_q("id:a"), EMAIL))  # type: ignore[arg-type]
    assert both.names.condition == ("q", "where")
    assert (both.orders, both.window) == ((Order(("id",), descending=False),), Window(5, from_back=True))
    assert query(q="id:a").names.condition == ("q",)


def test_filters_of_an_operation_are_counted() -> None:
    context = Context()
    list_query(context, **{**NONE, "q": "id:a"})
    assert context.filters == ["id:a"]
    with pytest.raises(InvalidArgument):
        list_query(context, **{**NONE, "q": "a" * 10_001})
    assert context.filters == ["id:a"]


def test_pages_are_bounded() -> None:
    with pytest.raises(InvalidArgument, match="first is a number from 0 to 100"):
        query(first=101)
