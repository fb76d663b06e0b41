from models.tables.load_place import load_place
from tests.models.tables.declared import indexes, key, optional


def test_a_tenant_has_one_place_in_each_file() -> None:
    assert key(load_place) == ["tenant", "source"]
    assert indexes(load_place) == {}
    assert optional(load_place) == []
