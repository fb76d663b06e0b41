import re
from pathlib import Path

from gateway.settings import Settings

README = (Path(__file__).parents[2] / "README.md").read_text()


def test_the_readme_names_no_setting_that_does_not_exist() -> None:
    names = set(re.findall(r"SEGMENTS_[A-Z_]+[A-Z]", README))
    assert names >= {"SEGMENTS_DATABASE_URL", "SEGMENTS_TOKEN_SECRET"}
    assert names - {"SEGMENTS_TEST_POSTGRES_URL"} <= {
        f"SEGMENTS_{field.upper()}" for field in Settings.model_fields
    }
