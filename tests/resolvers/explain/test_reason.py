from datetime import UTC, datetime

from resolvers.explain.reason import ReasonCode, instant


def test_an_instant_in_a_text_has_minutes() -> None:
    assert instant(datetime(2026, 2, 1, 9, 5, 59, tzinfo=UTC)) == "2026-02-01 09:05 UTC"


def test_a_code_is_its_name() -> None:
    assert all(code.value == code.name for code in ReasonCode)
