from resolvers.reference.customers import ASSIGNED_CUSTOMERS, CUSTOMERS, IN_SEGMENT, customers
from tests.resolvers.readers import ANNA, STAFF, reader_of


def test_staff_filter_by_segments_as_well() -> None:
    listed = customers(reader_of(STAFF))
    assert listed.catalogue is ASSIGNED_CUSTOMERS
    assert str(listed.belongs()) == "true"
    assert {field.path for field in ASSIGNED_CUSTOMERS.fields} - {
        field.path for field in CUSTOMERS.fields
    } == {IN_SEGMENT}


def test_the_own_view_is_the_caller() -> None:
    listed = customers(reader_of(ANNA))
    assert listed.catalogue is CUSTOMERS
    assert str(listed.belongs()) == "customer.id = :own_customer"


def test_the_paths_that_filter() -> None:
    assert {".".join(field.path) for field in CUSTOMERS.fields} == {
        "id",
        "firstName",
        "lastName",
        "email",
        "mixins",
        "legalEntity.id",
        "legalEntity.name",
        "legalEntity.mixins",
    }
    assert CUSTOMERS.resolve(("legalEntityId",)).field.path == ("legalEntity", "id")
