"""Trusted documents, requested by SHA-256 instead of text.

Two sources, one protocol (Apollo's `extensions.persistedQuery`): a list from a file, which a build of the
clients writes, and what clients have sent before together with its hash.
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import orjson
from graphql import GraphQLError

from gateway.graphql.request import GraphQLRequest, bad_request
from models.cache import BUDGET, Budget, Cache

HASH_LENGTH: Final = 64


class InvalidDocumentList(Exception):
    """The file of trusted documents cannot be used.

    The message gives the reason on one line.
    """


class TrustedDocuments:
    """Documents from the list and registered by clients.

    `only_listed` refuses every other document, however it is sent; nothing can be registered then.
    Documents of anonymous callers have a small cache: they cannot displace the others.
    """

    def __init__(
        self,
        documents: Mapping[str, str] | None = None,
        *,
        only_listed: bool = False,
        registers: bool = True,
        budget: Budget = BUDGET,
    ) -> None:
        self._listed = dict(documents or {})
        self._listed_texts = frozenset(self._listed.values())
        self._only_listed = only_listed
        self._registers = registers and not only_listed
        self._registered = Cache("registered_documents", share=0.03, largest=0.3, budget=budget)
        self._registered_by_anonymous = Cache(
            "anonymous_registered_documents", share=0.005, largest=0.3, budget=budget
        )

    def __len__(self) -> int:
        return len(self._registered) + len(self._registered_by_anonymous)

    def text(self, request: GraphQLRequest) -> str:
        """The document of a request.

        Raises GraphQLError, or Refused where it has none.
        """
        key = _hash_in(request.extensions)
        if key is None:
            if not request.query:
                raise bad_request("The request has no `query`.")
            text = request.query
        elif request.query:
            text = request.query
            if sha256(text.encode()).hexdigest() != key:
                raise _refusal("The sha256Hash is not that of the query.", "PERSISTED_QUERY_HASH_MISMATCH")
        else:
            text = self._known(key)
        if self._only_listed and text not in self._listed_texts:
            raise _refusal("This gateway executes only the documents of its list.", "UNTRUSTED_DOCUMENT")
        return text

    def register(self, request: GraphQLRequest, *, is_anonymous: bool = False) -> None:
        """Keep a valid document if its hash came with it."""
        key, text = _hash_in(request.extensions), request.query
        if key is None or not text or not self._registers:
            return
        cache = self._registered_by_anonymous if is_anonymous else self._registered
        if key not in self._listed and key not in cache:
            cache.put(key, text)

    def _known(self, key: str) -> str:
        if key in self._listed:
            return self._listed[key]
        text: str | None = self._registered.find(key) or self._registered_by_anonymous.find(key)
        if text is not None:
            return text
        if self._registers:
            raise _refusal("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
        if self._listed:
            raise _refusal("No document of the list has this sha256Hash.", "UNTRUSTED_DOCUMENT")
        raise _refusal("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")


def load_documents(path: Path) -> dict[str, str]:
    """Load a JSON object from SHA-256 to document.

    Raises InvalidDocumentList. A hash must be that of its document, with or without the prefix `sha256:`.
    """
    try:
        content = orjson.loads(path.read_bytes())
    except OSError as error:
        raise InvalidDocumentList(f"{path} cannot be read: {error.strerror}") from None
    except orjson.JSONDecodeError as error:
        raise InvalidDocumentList(f"{path} is not JSON: {error}") from None
    if not isinstance(content, dict) or not all(isinstance(text, str) for text in content.values()):
        raise InvalidDocumentList(f"{path} is not a JSON object from hash to document")
    documents = {key.removeprefix("sha256:").lower(): text for key, text in content.items()}
    for key, text in documents.items():
        if sha256(text.encode()).hexdigest() != key:
            raise InvalidDocumentList(f"{path}: {key[:HASH_LENGTH]} is not the SHA-256 of its document")
    return documents


def _hash_in(extensions: Mapping[str, Any] | None) -> str | None:
    """The hash in a request's extensions.

    Raises Refused.
    """
    persisted = (extensions or {}).get("persistedQuery")
    if persisted is None:
        return None
    if not isinstance(persisted, Mapping) or persisted.get("version") != 1:
        raise bad_request("`persistedQuery` must be an object of version 1.")
    key = persisted.get("sha256Hash")
    if not isinstance(key, str) or len(key) != HASH_LENGTH:
        raise bad_request("`sha256Hash` must be a SHA-256 in hexadecimal digits.")
    return key.lower()


def _refusal(message: str, code: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})
