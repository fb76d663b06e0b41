"""The 36 pairs of the contract, and those of its extensions."""

from collections.abc import Mapping
from typing import Final

from docs.generate.rest_and_graphql.counterpart import Counterpart
from docs.generate.rest_and_graphql.customer_assignment import CUSTOMER_ASSIGNMENT_COUNTERPARTS
from docs.generate.rest_and_graphql.group_assignment import GROUP_ASSIGNMENT_COUNTERPARTS
from docs.generate.rest_and_graphql.item_assignment import ITEM_ASSIGNMENT_COUNTERPARTS
from docs.generate.rest_and_graphql.rule import EXTENSION_COUNTERPARTS
from docs.generate.rest_and_graphql.segment import SEGMENT_COUNTERPARTS

COUNTERPARTS: Final[Mapping[str, Counterpart]] = {
    counterpart.operation_id: counterpart
    for counterpart in (
        *SEGMENT_COUNTERPARTS,
        *CUSTOMER_ASSIGNMENT_COUNTERPARTS,
        *ITEM_ASSIGNMENT_COUNTERPARTS,
        *GROUP_ASSIGNMENT_COUNTERPARTS,
    )
}
"""By operationId, in the contract's order."""
EXTENSIONS: Final[Mapping[str, Counterpart]] = {
    counterpart.operation_id: counterpart for counterpart in EXTENSION_COUNTERPARTS
}
"""By operationId, of what the contract does not have."""
