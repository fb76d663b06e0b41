"""Written rows without permission to read them.

Writing and reading need different scopes. The response does not show the written columns, as a patch
without operations would be a way to read the rest.
"""

from typing import Any, Final

from resolvers.caller import Scope
from resolvers.errors import Forbidden

SHOWN: Final = ("version", "created_at", "modified_at")
WITHHELD: Final = (
    "A caller who may not read it gets its ids, version and times; other fields are FORBIDDEN, "
    "and links show ids alone."
)


class Withheld(dict[str, Any]):
    """A row with only some readable columns.

    Reading another column raises Forbidden.
    """

    def __missing__(self, _column: str) -> Any:
        raise Forbidden((Scope.READ, Scope.READ_OWN))

    def get(self, column: str, _default: Any = None) -> Any:
        """Return a readable column; another raises Forbidden."""
        return self[column]
