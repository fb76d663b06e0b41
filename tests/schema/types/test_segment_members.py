from typing import Any

from models.filter.tree import And, Compare, Literal, Operator
from resolvers.segment.members import CONTENT, SEGMENTS
from schema.filter.value import IDFilter, StringFilter
from schema.types.segment_members import SegmentOrderField, SegmentUpsertInput, SegmentWhere
from schema.vocabulary.enums import SegmentStatus
from schema.vocabulary.localized import TranslationInput


def test_an_input_has_every_member_of_the_content() -> None:
    document: dict[str, Any] = SegmentUpsertInput(
        name=[TranslationInput(language="en", text="Gold")], site_code="main", status=SegmentStatus.ACTIVE
    ).document()
    assert document == {
        "name": {"en": "Gold"},
        "description": {},
        "validity": None,
        "status": "ACTIVE",
        "siteCode": "main",
        "mixins": None,
        "metadata": {"mixins": None},
    }
    assert set(document) == {member.content_path[0] for member in CONTENT}


def test_members_are_conditions_on_paths() -> None:
    where = SegmentWhere(id=IDFilter(eq="gold"), site_code=StringFilter(eq="main"))  # type: ignore[arg-type]
    assert where.condition() == And(
        (
            Compare(("id",), Operator.EQUAL, Literal("gold")),
            Compare(("siteCode",), Operator.EQUAL, Literal("main")),
        )
    )


def test_orders_are_fields() -> None:
    paths = {tuple(str(field.value).split(".")) for field in SegmentOrderField}
    assert paths == {field.path for field in SEGMENTS.fields} - {
        ("description",),
        ("mixins",),
        ("metadata", "mixins"),
    }
