"""What makes a list the list that a cursor belongs to."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from models.filter.tree import Condition
from models.keyset import binding_of
from models.ordering import Languages, Order


@dataclass(frozen=True)
class ListIdentity:
    """A noun's list of a tenant, with one filter, values included, and one order."""

    noun: str
    tenant: str
    condition: Condition | None
    orders: tuple[Order, ...]
    languages: Languages | None
    """Whose texts it is in the order of; None where it has an order of its own."""

    @cached_property
    def binding(self) -> str:
        """What its cursors are bound to. Worked out for the first of them, as most pages show none."""
        return _binding(self)


@lru_cache(maxsize=256)
def _binding(identity: ListIdentity) -> str:
    return binding_of(
        identity.noun,
        identity.tenant,
        repr(identity.condition),
        repr(identity.orders),
        repr(identity.languages),
    )
