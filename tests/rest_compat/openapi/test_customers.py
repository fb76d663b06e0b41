from rest_compat.openapi.customers import CUSTOMERS
from tests.rest_compat.openapi.valid import below, faults


def test_pages_are_of_the_customers_of_a_segment() -> None:
    assert set(CUSTOMERS) == below("customers")
    assert faults(CUSTOMERS) == []


def test_only_an_assignment_may_come_without_a_body() -> None:
    required = {
        name.removeprefix("PUT-"): page.body.required for name, page in CUSTOMERS.items() if page.body
    }
    assert required["customer-segment-update-customer"] is False
    assert required["customer-segment-update-customers-bulk"] is True
