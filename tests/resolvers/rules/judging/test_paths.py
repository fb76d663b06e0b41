from models.sql.fragment import Fragment
from models.tables.reference import customer, legal_entity
from resolvers.rules.judging.paths import BITS, PathCondition, Paths, bit, bit_sum

VALUE = frozenset({"text"})


def condition(number: int, *keys: str) -> PathCondition:
    return PathCondition(customer.c.mixins, keys or ("shop", "x"), VALUE, Fragment(f"value = {number}"))


def test_a_condition_is_a_bit() -> None:
    bits = [bit(number, Fragment(f"a = {number}")) for number in (0, 3)]
    assert bit_sum(bits).sql == "CASE WHEN a = 0 THEN 1 ELSE 0 END + CASE WHEN a = 3 THEN 8 ELSE 0 END"


def test_conditions_on_one_path_share_its_number() -> None:
    paths = Paths()
    places = [paths.bit_of(condition(number)).sql for number in (0, 1, 0)]
    assert places == [
        "((paths.path_0 & 1) != 0)",
        "((paths.path_0 & 2) != 0)",
        "((paths.path_0 & 1) != 0)",
    ]
    assert [path.conditions for path in paths.paths] == [[Fragment("value = 0"), Fragment("value = 1")]]


def test_paths_and_documents_are_apart() -> None:
    paths = Paths()
    paths.bit_of(condition(0))
    assert paths.bit_of(condition(0, "shop", "y")).sql == "((paths.path_1 & 1) != 0)"
    of_company = PathCondition(legal_entity.c.mixins, ("shop", "x"), VALUE, Fragment("value = 0"))
    assert paths.bit_of(of_company).sql == "((paths.path_2 & 1) != 0)"


def test_a_full_number_is_followed_by_another() -> None:
    paths = Paths()
    places = [paths.bit_of(condition(number)).sql for number in range(BITS + 1)]
    assert places[-2:] == [f"((paths.path_0 & {1 << BITS - 1}) != 0)", "((paths.path_1 & 1) != 0)"]
