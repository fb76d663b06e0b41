"""The caller of a request and their scopes."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import Final

from models.connection.client import Client
from resolvers.errors import Forbidden, Unauthenticated

TENANT: Final = re.compile(r"[a-z][a-z0-9]{2,15}")
"""The form of a tenant's name."""


class Scope(StrEnum):
    """The contract's three scopes.

    No scope implies another (behaviour D7).
    """

    READ = "customersegment.segment_read"
    READ_OWN = "customersegment.segment_read_own"
    MANAGE = "customersegment.segment_manage"


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller that a verified token names.

    Every response is about data of `tenant`.
    """

    tenant: str
    scopes: frozenset[str] = frozenset()
    subject: str | None = None
    customer_id: str | None = None
    legal_entity_id: str | None = None
    expires_at: float = field(default=inf, compare=False)
    """The expiry of the token in seconds since 1970, leeway included."""

    @property
    def is_anonymous(self) -> bool:
        """Whether the request had no token."""
        return not self.tenant

    client: Client = field(init=False, compare=False, repr=False)
    """The client for load limits: the customer, or the subject if the token names no customer."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "client", Client(self.tenant, self.customer_id or self.subject or ""))

    def has(self, scope: Scope) -> bool:
        """Whether the token carries the scope."""
        return scope in self.scopes

    @property
    def has_own_view(self) -> bool:
        """Whether the token may read the customer's own view."""
        return self.has(Scope.READ_OWN) and self.customer_id is not None

    def as_customer(self, customer_id: str, legal_entity_id: str | None) -> "Caller":
        """The caller of a customer's own token, for reading.

        An empty legal entity counts as none.
        """
        scopes = frozenset({Scope.READ_OWN})
        return Caller(self.tenant, scopes, customer_id=customer_id, legal_entity_id=legal_entity_id or None)

    def require(self, *scopes: Scope) -> None:
        """Refuse a caller without any of the scopes.

        A caller whose only fitting scope is READ_OWN must also be a customer (behaviour D8).
        Raises Unauthenticated or Forbidden.
        """
        if self.is_anonymous:
            raise Unauthenticated()
        for scope in scopes:
            if scope in self.scopes and (scope is not Scope.READ_OWN or self.customer_id is not None):
                return
        raise Forbidden(scopes)


ANONYMOUS: Final = Caller(tenant="")
