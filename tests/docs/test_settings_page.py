from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, SecretStr

from docs.generate.settings_page import kind_of, settings_page

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_page_is_what_the_settings_say() -> None:
    assert PAGE.read_text() == settings_page(), "run python -m docs.generate.settings_page > docs/settings.md"


class Example(BaseModel):
    """Every way that a setting may be declared."""

    required: int = Field(description="A.")
    bounded: float = Field(default=0.5, gt=0, le=3600, description="B | C.")
    choice: Literal["a", "b"] = Field(default="a", description="D.")
    words: Annotated[tuple[str, ...], "any"] = Field(default=("en", "de"), description="E.")
    secret: SecretStr | None = Field(default=None, description="F.")
    flag: bool = Field(default=True, description="G.")
    computed: str = Field(default_factory=str, description="H.")


def test_every_kind_of_setting_has_a_row() -> None:
    assert [line for line in settings_page(Example).splitlines() if "`SEGMENTS_" in line] == [
        "| `SEGMENTS_REQUIRED` | A. | whole number | required |",
        "| `SEGMENTS_BOUNDED` | B \\| C. | number, more than 0, at most 3,600 | `0.5` |",
        "| `SEGMENTS_CHOICE` | D. | `a` or `b` | `a` |",
        "| `SEGMENTS_WORDS` | E. | list, separated by commas | `en,de` |",
        "| `SEGMENTS_SECRET` | F. | secret |  |",
        "| `SEGMENTS_FLAG` | G. | `true` or `false` | `true` |",
        "| `SEGMENTS_COMPUTED` | H. | text | see there |",
    ]


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (tuple[Example, ...], "JSON list"),
        (Example, "JSON object"),
        (int | None, "whole number"),
        (dict, "text"),
    ],
)
def test_kinds_are_told_in_words(annotation: object, kind: str) -> None:
    assert kind_of(annotation) == kind
