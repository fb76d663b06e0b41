"""The parameters of a run's languages."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from models.sql.json_text import tags_parameter, takes_any_parameter
from models.sql.ordering import Languages
from models.sql.selection import language_parameter


def language_values(number: int, languages: Languages) -> Mapping[str, Any]:
    """Return the parameters of one of a run's languages, which has at least one tag."""
    first, tags, takes_any = _names(number)
    return {first: languages.tags[0], tags: languages.tags, takes_any: languages.or_any}


@cache
def _names(number: int) -> tuple[str, str, str]:
    return language_parameter(number).key, tags_parameter(number), takes_any_parameter(number)
