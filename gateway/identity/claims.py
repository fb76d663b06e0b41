"""Claims of a verified token, converted to a Caller."""

from collections.abc import Mapping
from typing import Any

from resolvers.caller import TENANT, Caller

TENANT_IN_SCOPE = "tenant="


class InvalidToken(Exception):
    """The token is not valid.

    The message is for logs, and gives the reason only.
    """


class ExpiredToken(InvalidToken):
    """The token was valid before it expired."""


def caller_of(claims: Mapping[str, Any]) -> Caller:
    """Return the caller that the claims describe.

    The tenant is the `tenant` claim, or the one `tenant=xyz` element of `scope` (behaviour D51). Some
    identity providers send `scope` as an array of strings, which means the same.
    Raises InvalidToken where a claim has the wrong type, or where the tenant is missing or in doubt.
    """
    elements = _scope_elements(claims)
    tenants_of_scopes = {
        element.removeprefix(TENANT_IN_SCOPE) for element in elements if _names_tenant(element)
    }
    claimed = _text(claims, "tenant")
    tenants = tenants_of_scopes if claimed is None else tenants_of_scopes | {claimed}
    if len(tenants) != 1:
        raise InvalidToken(f"the token names {len(tenants)} tenants")
    tenant = tenants.pop()
    if not TENANT.fullmatch(tenant):
        raise InvalidToken("the tenant is not well-formed")
    return Caller(
        tenant=tenant,
        scopes=frozenset(element for element in elements if not _names_tenant(element)),
        subject=_text(claims, "sub"),
        customer_id=_text(claims, "customerId"),
        legal_entity_id=_text(claims, "legalEntityId"),
    )


def _scope_elements(claims: Mapping[str, Any]) -> list[str]:
    """The words of `scope`, a string or an array of strings."""
    scope = claims.get("scope")
    if not isinstance(scope, list):
        return (_text(claims, "scope") or "").split()
    if not all(isinstance(text, str) for text in scope):
        raise InvalidToken("scope is not text")
    return (_text({"scope": " ".join(scope)}, "scope") or "").split()


def _names_tenant(element: str) -> bool:
    return element.startswith(TENANT_IN_SCOPE)


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    """A text claim; None if absent, null or empty.

    Any database can store the text. Raises InvalidToken.
    """
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidToken(f"{name} is not text")
    if "\0" in value or not _is_unicode(value):
        raise InvalidToken(f"{name} has characters that no text has")
    return value or None


def _is_unicode(value: str) -> bool:
    """Whether UTF-8 can encode the text.

    JSON can spell lone surrogates, which UTF-8 cannot.
    """
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
