import pytest

from resolvers.errors import InvalidInput
from resolvers.rules.definition.valid import check_new, check_stored, checked_zone
from tests.resolvers.rules.contents import content


@pytest.mark.parametrize(
    ("q", "message"),
    [
        ("colour:red", None),
        ("inSegment:>gold", "inSegment takes the id of a segment."),
        (
            "mixins.shop.at:2026-02-30",
            "'2026-02-30' is not a time: a year has four digits, a month has its days.",
        ),
        ("email:~(", None),
    ],
)
def test_new_and_stored_rules_are_checked(q: str, message: str | None) -> None:
    for check in (check_new, check_stored):
        with pytest.raises(InvalidInput) as refusal:
            check(content(q))
        assert refusal.value.path == ("q",)
        assert message is None or refusal.value.message == message


def test_a_valid_rule_is_its_tree() -> None:
    valid = content("email:a inSegment:gold mixins.shop.at:2026-02-28")
    assert check_new(valid) == check_stored(valid) == valid.tree()


def test_a_stored_zone_may_have_disappeared() -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_stored(content("email:a", time_zone="Nowhere/None"))
    assert refusal.value.path == ("timeZone",)


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC"])
def test_names_of_time_zones(name: str) -> None:
    assert checked_zone(name) == name


@pytest.mark.parametrize("name", ["Berlin", "../etc/passwd", "", "Europe", "e" * 65, 5, "a\x00"])
def test_other_names_are_refused(name: object) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_zone(name)
    assert refusal.value.path == ("timeZone",)
