"""The parameters of a run's languages."""

from collections.abc import Mapping
from typing import Any

from models.sql.json_text import tags_parameter, takes_any_parameter
from models.sql.ordering import Languages
from models.sql.selection import language_parameter


def language_values(number: int, languages: Languages) -> Mapping[str, Any]:
    """Return the parameters of one of a run's languages, which has at least one tag."""
    return {
        language_parameter(number).key: languages.tags[0],
        tags_parameter(number): languages.tags,
        takes_any_parameter(number): languages.or_any,
    }
