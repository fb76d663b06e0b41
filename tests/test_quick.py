"""What `pytest --quick` leaves out."""

import pytest
from hypothesis import settings

from tests.quick import FOLDERS, is_quick, is_quick_folder, spread


def test_a_test_without_a_database_is_quick(request: pytest.FixtureRequest) -> None:
    assert is_quick(request.node)


def test_a_test_of_a_database_is_quick_on_sqlite(request: pytest.FixtureRequest, database_url: str) -> None:
    assert is_quick(request.node) == database_url.startswith("sqlite")


@pytest.mark.slow
def test_a_slow_test_is_left_out(request: pytest.FixtureRequest) -> None:
    assert not is_quick(request.node)


@pytest.mark.parametrize("name", sorted(FOLDERS))
def test_a_folder_of_servers_and_programs_is_left_out(pytestconfig: pytest.Config, name: str) -> None:
    folder = pytestconfig.rootpath / "tests" / name
    assert folder.is_dir()
    assert not is_quick_folder(folder, pytestconfig)
    assert is_quick_folder(folder.parent / "schema", pytestconfig)


def test_of_many_parameters_few_are_chosen() -> None:
    assert list(spread(range(9))) == [0, 8]
    assert list(spread("ab")) == ["a", "b"]


def test_property_tests_look_at_a_fifth_of_the_examples() -> None:
    quick, usual = (settings.get_profile(name).max_examples for name in ("quick", "usual"))
    assert (quick, usual) == (5, 25)
