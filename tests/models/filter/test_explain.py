import pytest

from models.filter.errors import FilterError
from models.filter.explain import or_is_not_supported
from models.filter.parse import parse_q


@pytest.mark.parametrize(
    ("q", "message", "key", "position"),
    [
        (")", "Expected a clause like key:value, found ')'.", None, 0),
        (
            "name",
            (
                "No value for key name: it is a clause without a colon. Write key:value, and put a value "
                "that has spaces in double quotes."
            ),
            "name",
            0,
        ),
        ("id:a AND status:b", "AND: leave it out, clauses are joined by spaces.", "AND", 5),
        (
            "id:a OR status:b",
            "OR: OR is not supported. Clauses are joined by spaces, and all of them must hold.",
            "OR",
            5,
        ),
        ("id:", "No value for key id.", "id", 3),
        ("id:>", "No value for key id.", "id", 4),
        ('id:"a', "The double quote in the value of key id is not closed.", "id", 3),
        ("id:(a", "The parenthesis in the value of key id is not closed.", "id", 5),
        ("id:()", "The list of key id is empty.", "id", 4),
        ("id:(a,)", "The list of key id has an empty element.", "id", 6),
        ("id:a)", "Unexpected ')' in the value of key id.", "id", 4),
    ],
)  # fmt: skip
def test_the_message_names_the_place(q: str, message: str, key: str | None, position: int) -> None:
    with pytest.raises(FilterError) as refusal:
        parse_q(q)
    assert (refusal.value.message, refusal.value.key, refusal.value.position) == (message, key, position)


def test_a_long_key_is_shortened() -> None:
    refusal = or_is_not_supported("k" * 81, 3)
    assert refusal.key == "k" * 80 + "…"
    assert refusal.message.startswith("k" * 80 + "…: OR is not supported.")
