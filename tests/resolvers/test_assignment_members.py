import pytest

from models.filter.catalogue import Catalogue
from resolvers.assignment_members import CUSTOMER_ASSIGNMENTS, GROUP_ASSIGNMENTS, ITEM_ASSIGNMENTS

COMMON = {"mixins", "metadata.mixins", "metadata.version", "metadata.createdAt", "metadata.modifiedAt"}


@pytest.mark.parametrize(
    ("catalogue", "paths"),
    [
        (
            CUSTOMER_ASSIGNMENTS,
            {
                "customer.id",
                "customer.firstName",
                "customer.lastName",
                "customer.email",
                "legalEntity.id",
                "legalEntity.name",
                "assignmentType",
            },
        ),
        (ITEM_ASSIGNMENTS, {"segmentId", "type", "item.id", "item.code", "item.name"}),
        (GROUP_ASSIGNMENTS, {"segmentId", "group.id", "group.name"}),
    ],
    ids=["customers", "items", "groups"],
)
def test_the_paths_that_filter(catalogue: Catalogue, paths: set[str]) -> None:
    assert {".".join(field.path) for field in catalogue.fields} == paths | COMMON


@pytest.mark.parametrize(
    ("catalogue", "alias", "path"),
    [
        (CUSTOMER_ASSIGNMENTS, ("customerId",), ("customer", "id")),
        (CUSTOMER_ASSIGNMENTS, ("legalEntityId",), ("legalEntity", "id")),
        (ITEM_ASSIGNMENTS, ("itemId",), ("item", "id")),
        (GROUP_ASSIGNMENTS, ("groupId",), ("group", "id")),
    ],
)
def test_older_names_of_paths(catalogue: Catalogue, alias: tuple[str, ...], path: tuple[str, ...]) -> None:
    assert catalogue.resolve(alias).field.path == path


def test_an_item_has_the_code_of_its_product_or_category() -> None:
    column = ITEM_ASSIGNMENTS.resolve(("item", "code")).field.column
    assert str(column) == "coalesce(product.code, category.code)"
