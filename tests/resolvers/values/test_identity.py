from models.filter.parse import parse_q
from models.sql.ordering import Languages, Order
from resolvers.values.identity import ListIdentity

ID = Order(("id",), descending=False)
SEGMENTS = ListIdentity("segments", "shop", None, (), None)


def test_each_part_binds_a_cursor() -> None:
    lists = [
        SEGMENTS,
        ListIdentity("customers", "shop", None, (), None),
        ListIdentity("segments", "other", None, (), None),
        ListIdentity("segments", "shop", parse_q("id:a"), (), None),
        ListIdentity("segments", "shop", parse_q("id:b"), (), None),
        ListIdentity("segments", "shop", None, (ID,), None),
        ListIdentity("segments", "shop", None, (Order(("id",), descending=True),), None),
        ListIdentity("segments", "shop", None, (ID,), Languages()),
    ]
    assert len({identity.binding for identity in lists}) == len(lists)


def test_the_same_list_has_the_same_binding() -> None:
    first, second = (ListIdentity("segments", "shop", parse_q("id:a  "), (ID,), None) for _ in range(2))
    assert first.binding == second.binding
