"""What makes a list the list that a cursor belongs to."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from models.cache import Cache
from models.filter.tree import Condition
from models.sql.keyset import binding_of
from models.sql.ordering import Languages, Order


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
        return _BINDINGS.get(self, self._binding)

    def _binding(self) -> str:
        return binding_of(
            self.noun, self.tenant, repr(self.condition), repr(self.orders), repr(self.languages)
        )


_BINDINGS: Final = Cache("bindings", share=0.01)
