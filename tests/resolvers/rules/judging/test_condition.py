from datetime import UTC, datetime

import pytest

from models.filter.moment import moment
from resolvers.rules.judging.condition import compiled, key_columns, moments_at
from resolvers.rules.vocabulary import RuleSubject
from tests.models.sql_text import sql_text
from tests.resolvers.rules.contents import rule


@pytest.mark.parametrize(
    ("subject", "columns"),
    [
        (RuleSubject.CUSTOMER, ["customer.id", "''"]),
        (
            RuleSubject.CUSTOMER_OF_LEGAL_ENTITY,
            ["customer_legal_entity.customer_id", "customer_legal_entity.legal_entity_id"],
        ),
    ],
)
def test_the_key_of_a_member(subject: RuleSubject, columns: list[str]) -> None:
    assert [str(column) for column in key_columns(subject)] == columns


def test_a_condition_names_its_tables() -> None:
    condition = compiled(rule("gold", "email:a", subject=RuleSubject.CUSTOMER_OF_LEGAL_ENTITY), "sqlite")
    assert sql_text(condition.clause) == "customer.email = 'a'"
    assert {table.name for table in condition.tables} == {"customer"}


def test_moments_are_in_the_zone_of_the_rule() -> None:
    month = moment("now-P1M")
    assert month is not None
    at = datetime(2026, 4, 1, 12, tzinfo=UTC)
    assert moments_at({"m": month}, rule("gold"), at) == {"m": datetime(2026, 3, 1, 12, tzinfo=UTC)}
    in_berlin = rule("gold", time_zone="Europe/Berlin")
    assert moments_at({"m": month}, in_berlin, at) == {"m": datetime(2026, 3, 1, 13, tzinfo=UTC)}
