"""Checks of the files served or read at the start."""

from collections.abc import Iterator
from typing import Final

from gateway.doctor.finding import Finding, fault, ok, warning
from gateway.graphiql.endpoints import BUNDLE
from gateway.graphql.trusted_documents import InvalidDocumentList, load_documents
from gateway.settings.settings import Settings

PAGES: Final = "pages"
DOCUMENTS: Final = "trusted documents"


def check_pages() -> Iterator[Finding]:
    """Check whether GraphiQL was built."""
    if (BUNDLE / "index.html").is_file():
        yield ok(PAGES, "GraphiQL is there")
    else:
        remedy = (
            "build it where npm's registry can be reached: `uv sync` in the project, or install its wheel"
        )
        yield warning(PAGES, "GraphiQL was not built: /graphql in a browser explains that alone", remedy)


def check_trusted_documents(settings: Settings) -> Iterator[Finding]:
    """Check whether the trusted documents can be read.

    No finding without a list of them.
    """
    if settings.trusted_documents is None:
        return
    try:
        documents = load_documents(settings.trusted_documents)
    except InvalidDocumentList as failure:
        yield fault(DOCUMENTS, str(failure), "correct the file of SEGMENTS_TRUSTED_DOCUMENTS")
    else:
        yield ok(DOCUMENTS, f"{len(documents)} operations may be sent")
