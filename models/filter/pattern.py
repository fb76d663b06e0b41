"""Regular expressions."""


def text_matches(pattern: str, text: str | None) -> bool:
    """Whether the pattern is found in the text."""
    return text is not None and pattern in text
