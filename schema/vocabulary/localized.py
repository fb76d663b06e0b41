"""Fields for localized text: one or all translations.

One is for a person, all are for a tool.
"""

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from models.language_tag import MOST_SUBTAGS
from resolvers.values.language import preferring
from resolvers.values.text import MOST_TRANSLATIONS, TEXT_LENGTH, TRANSLATIONS_BYTES
from schema.vocabulary.context import Info
from schema.vocabulary.declaration import Computed, LocalizedColumn, declared
from schema.vocabulary.input.conversion import converted_at_once

LanguageArgument = Annotated[
    str | None,
    strawberry.argument(
        description="A BCP 47 tag such as `de` or `de-CH`, in any case. "
        "Left out, the request's Accept-Language decides."
    ),
]

FALLBACK = (
    "In the wanted language, else a less specific one of it, else the tenant's default language; "
    "null where none of these has a text that is not blank."
)


@strawberry.type(description="A text in one language.")
class Translation:
    language: str = strawberry.field(description="BCP 47 tag in canonical case, such as `zh-Hant-TW`.")
    text: str = strawberry.field(description="The text in this language.")


@converted_at_once
@strawberry.input(
    description=f"A text in one language. One member has at most {MOST_TRANSLATIONS:,} of them, which "
    f"together have at most {TRANSLATIONS_BYTES:,} bytes of UTF-8, language tags included."
)
class TranslationInput:
    language: str = strawberry.field(
        description="BCP 47 tag, such as `en` or `de-CH`; its case has no meaning. At most "
        f"{MOST_SUBTAGS} subtags."
    )
    text: str = strawberry.field(
        description=f"The text in this language, at most {TEXT_LENGTH:,} characters. "
        "A blank text counts as none: readers see the next language that has a text."
    )


def localized(column: str, subject: str) -> Any:
    """A field that shows one translation of a JSON column."""

    def resolve(root: Any, info: Info, language: LanguageArgument = None) -> str | None:
        context = info.context
        preference = context.language if language is None else preferring(language)
        texts: Mapping[str, str] = root.row.get(column) or {}
        choice = preference.pick(texts, context.policy.default_language)
        return choice[1] if choice else None

    return strawberry.field(
        resolver=resolve,
        description=f"{subject} {FALLBACK}",
        metadata=declared(LocalizedColumn(column)),
    )


def translations(column: str, subject: str) -> Any:
    """A field that shows every translation of a JSON column, by language."""

    def resolve(root: Any) -> list[Translation]:
        texts: Mapping[str, str] = root.row.get(column) or {}
        return [Translation(language=language, text=texts[language]) for language in sorted(texts)]

    return strawberry.field(
        resolver=resolve,
        description=f"{subject} Every translation, by language.",
        metadata=declared(Computed((column,))),
    )
