"""The whole schema: its table of contents."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.assignment_mutation import AssignmentMutation
from schema.change import CHANGE_TYPES
from schema.coerced import CoercedVariables
from schema.execution import KnownDocument
from schema.query import Query
from schema.reference import Category, Product
from schema.reference_deletion import ReferenceDeletion
from schema.reference_mutation import ReferenceMutation
from schema.scalars import SCALARS
from schema.segment_mutation import SegmentMutation


@strawberry.type(
    description="What can be changed. Each field is one transaction, and needs the scope segment_manage. "
    "What is wrong with the input comes back as `userErrors`."
)
class Mutation(SegmentMutation, AssignmentMutation, ReferenceMutation, ReferenceDeletion):
    pass


schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    types=[Category, Product, *CHANGE_TYPES],
    extensions=[KnownDocument],
    execution_context_class=CoercedVariables,
    config=StrawberryConfig(scalar_map=SCALARS),
)
