import pytest

from models.filter.catalogue import Catalogue, from_clause
from models.filter.errors import FilterError
from models.tables.reference import category, customer, legal_entity, product
from resolvers.assignment_members import CUSTOMER_ASSIGNMENTS, ITEM_ASSIGNMENTS
from resolvers.segment.members import SEGMENTS

COMMON = "mixins.*, metadata.createdAt, metadata.modifiedAt, metadata.version, metadata.mixins.*."


@pytest.mark.parametrize(
    ("catalogue", "fields"),
    [
        (
            SEGMENTS,
            "id, name[.<language>], description[.<language>], validity.from, validity.to, status, siteCode, ",
        ),
        (
            CUSTOMER_ASSIGNMENTS,
            (
                "customer.id, customer.firstName, customer.lastName, customer.email, "
                "legalEntity.id, legalEntity.name, assignmentType, "
            ),
        ),
        (ITEM_ASSIGNMENTS, "segmentId, item.id, item.code, item.name[.<language>], type, "),
    ],
)
def test_an_unknown_path_is_answered_with_those_that_exist(catalogue: Catalogue, fields: str) -> None:
    with pytest.raises(FilterError) as refusal:
        catalogue.resolve(("no", "such"), position=7)
    assert (
        refusal.value.message == f"There is no field 'no.such' in {catalogue.name}. Fields: {fields}{COMMON}"
    )
    assert (refusal.value.key, refusal.value.position) == ("no.such", 7)


def test_a_long_path_is_not_repeated_in_full() -> None:
    with pytest.raises(FilterError) as refusal:
        SEGMENTS.resolve(("x" * 5000,))
    assert refusal.value.key == "x" * 80 + "…"


@pytest.mark.parametrize(
    ("path", "field", "subpath"),
    [
        (("_id",), ("id",), ()),
        (("name",), ("name",), ()),
        (("name", "en"), ("name",), ("en",)),
        (("mixins", "a", "b"), ("mixins",), ("a", "b")),
        (("metadata", "mixins", "a"), ("metadata", "mixins"), ("a",)),
        (("metadataModifiedAt",), ("metadata", "modifiedAt"), ()),
    ],
)
def test_a_path_is_a_field_and_what_follows_it(
    path: tuple[str, ...], field: tuple[str, ...], subpath: tuple[str, ...]
) -> None:
    resolved = SEGMENTS.resolve(path)
    assert (resolved.field.path, resolved.subpath) == (field, subpath)


def test_only_the_tables_asked_for_are_joined() -> None:
    assert from_clause(CUSTOMER_ASSIGNMENTS, ()) is CUSTOMER_ASSIGNMENTS.base
    assert "JOIN legal_entity" not in str(from_clause(CUSTOMER_ASSIGNMENTS, {customer}))
    assert str(from_clause(CUSTOMER_ASSIGNMENTS, {legal_entity})).count("LEFT OUTER JOIN") == 1
    assert str(from_clause(ITEM_ASSIGNMENTS, {product, category})).count("LEFT OUTER JOIN") == 2
