from models.sql.languages import language_values
from models.sql.ordering import Languages


def test_each_language_of_a_run_has_its_own_parameters() -> None:
    assert language_values(0, Languages(("de-AT", "de"))) == {
        "language_0": "de-AT",
        "languages_0": ("de-AT", "de"),
        "takes_any_0": False,
    }
    assert language_values(1, Languages(("en",), or_any=True)) == {
        "language_1": "en",
        "languages_1": ("en",),
        "takes_any_1": True,
    }
