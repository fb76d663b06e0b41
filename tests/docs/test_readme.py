import re
from pathlib import Path

from gateway.settings import Settings

README = (Path(__file__).parents[2] / "README.md").read_text()


def test_the_readme_lists_every_setting_and_no_other() -> None:
    listed = set(re.findall(r"^\| (`SEGMENTS_.*?) \|", README, flags=re.MULTILINE))
    names = {name for cell in listed for name in re.findall(r"SEGMENTS_[A-Z_]+", cell)}
    assert names == {f"SEGMENTS_{field.upper()}" for field in Settings.model_fields}
