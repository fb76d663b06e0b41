"""Localised fields: by argument, else by Accept-Language, else the default language."""

import pytest

from resolvers.policy import Policy
from tests.schema.client import Graph

NAME = 'query ($language: String) { segment(id: "gold") { name(language: $language) description } }'


@pytest.mark.parametrize(
    ("argument", "header", "name"),
    [
        (None, None, "Gold"),
        (None, "de-CH", "Gold auf Deutsch"),
        (None, "ru, fr;q=0.5", "Or"),
        (None, "ru", "Gold"),
        (None, "*", "Gold"),
        ("fr", "de", "Or"),
        ("fr-CH", None, "Or"),
        ("ru", "de", "Gold"),
    ],
)
async def test_the_argument_wins_then_the_header(
    world: Graph, argument: str | None, header: str | None, name: str
) -> None:
    data = await world(NAME, {"language": argument}, accept_language=header)
    assert data["segment"]["name"] == name


async def test_each_field_falls_back_by_itself(world: Graph) -> None:
    data = await world(NAME, accept_language="fr, de;q=0.5")
    assert data["segment"] == {"name": "Or", "description": "Die besten"}


async def test_the_default_language_is_a_setting(world: Graph) -> None:
    data = await world(NAME, policy=Policy(default_language="de"))
    assert data["segment"]["name"] == "Gold auf Deutsch"


async def test_a_text_without_a_fitting_language_is_null(world: Graph) -> None:
    data = await world('{ segment(id: "bronze") { name description nameTranslations { language } } }')
    assert data["segment"] == {"name": None, "description": None, "nameTranslations": [{"language": "de"}]}
