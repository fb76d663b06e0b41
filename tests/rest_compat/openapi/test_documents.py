from resolvers.assignment_members import CUSTOMER_CONTENT
from resolvers.segment.members import MEMBERS
from rest_compat.openapi.documents import DOCUMENTS


def test_documents_have_the_declared_members() -> None:
    assert list(DOCUMENTS["Segment"]["properties"]) == [member.name for member in MEMBERS]
    assert list(DOCUMENTS["CustomerAssignment"]["properties"]) == [
        "customer",
        *(member.name for member in CUSTOMER_CONTENT),
    ]
    assert set(DOCUMENTS["CompanyCustomerAssignment"]["properties"]) - set(
        DOCUMENTS["CustomerAssignment"]["properties"]
    ) == {"legalEntity"}


def test_members_that_are_always_there() -> None:
    assert DOCUMENTS["Segment"]["required"] == ["id"]
    assert DOCUMENTS["Category"]["required"] == ["id", "code", "name", "isSegmentAssigned"]
    assert DOCUMENTS["BulkSegmentResult"]["required"] == ["index", "code", "status"]
