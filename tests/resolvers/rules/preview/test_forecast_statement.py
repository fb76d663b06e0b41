import pytest

from resolvers.rules.head import timed
from resolvers.rules.preview.forecast_statement import (
    day_columns,
    forecast_statement,
    moments_of,
    spans_of,
    window_names,
)
from tests.resolvers.rules.contents import rule

RULE = rule("gold", "mixins.a.at:>now-P1D mixins.b.at:>now-P1D mixins.a.at:<now-P9D")


def test_each_moment_has_its_columns() -> None:
    moments = moments_of(timed(RULE))
    names = [moment.name for moment in moments]
    assert sorted(moment.text for moment in moments) == ["now-P1D", "now-P9D"]
    assert day_columns(moments) == [
        "number",
        f"{names[0]}_before",
        names[0],
        f"{names[1]}_before",
        names[1],
    ]
    assert window_names(moments[0]) == (f"{names[0]}_from", f"{names[0]}_to")
    assert spans_of(1) == "keys_of_spans_1"


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_statement_counts_joins_and_leaves_of_each_day(dialect: str) -> None:
    statement = forecast_statement(RULE, timed(RULE), dialect)
    assert [column.name for column in statement.selected_columns] == ["number", "joins", "leaves"]
