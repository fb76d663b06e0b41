"""The identity of a list, for its cursors."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from models.cache import Cache
from models.filter.tree import Condition
from models.sql.cursor import binding_of
from models.sql.ordering import Languages, Order


@dataclass(frozen=True)
class ListIdentity:
    """A noun's list with its tenant, filter and order.

    The values of the filter are part of it.
    """

    noun: str
    tenant: str
    condition: Condition | None
    orders: tuple[Order, ...]
    languages: Languages | None
    """The languages of its sorted texts; None if the list has no orders of its own."""

    @cached_property
    def binding(self) -> str:
        """The text that cursors of the list are bound to.

        It is computed for the first cursor, as most pages show none.
        """
        return _BINDINGS.get(self, self._binding)

    def _binding(self) -> str:
        return binding_of(
            self.noun, self.tenant, repr(self.condition), repr(self.orders), repr(self.languages)
        )


_BINDINGS: Final = Cache("bindings", share=0.01)
