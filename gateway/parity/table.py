"""The thirty pairs of the contract, and those of its extensions."""

from collections.abc import Mapping
from typing import Final

from gateway.parity.customer_assignment import CUSTOMER_ASSIGNMENT_TWINS
from gateway.parity.item_assignment import ITEM_ASSIGNMENT_TWINS
from gateway.parity.rule import EXTENSION_TWINS
from gateway.parity.segment import SEGMENT_TWINS
from gateway.parity.twin import Twin

TWINS: Final[Mapping[str, Twin]] = {
    twin.operation_id: twin for twin in (*SEGMENT_TWINS, *CUSTOMER_ASSIGNMENT_TWINS, *ITEM_ASSIGNMENT_TWINS)
}
"""By operationId, in the contract's order."""
EXTENSIONS: Final[Mapping[str, Twin]] = {twin.operation_id: twin for twin in EXTENSION_TWINS}
"""By operationId, of what the contract does not have."""
