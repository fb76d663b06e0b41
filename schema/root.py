"""The whole schema: its table of contents."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.engine.coerced import CoercedVariables
from schema.engine.execution import KnownDocument
from schema.mutations.assignment import AssignmentMutation
from schema.mutations.group_assignment import GroupAssignmentMutation
from schema.mutations.reference import ReferenceMutation
from schema.mutations.reference_deletion import ReferenceDeletion
from schema.mutations.rule import RuleMutation
from schema.mutations.segment import SegmentMutation
from schema.mutations.webhook import WebhookMutation
from schema.query import Query
from schema.subscription import Subscription
from schema.types.change import CHANGE_TYPES
from schema.types.reference import Category, Product
from schema.vocabulary.context import Info
from schema.vocabulary.scalars import SCALARS


@strawberry.type(
    description="What can be changed. Each field is one transaction, and needs the scope segment_manage. "
    "What is wrong with the input comes back as `userErrors`."
)
class Mutation(
    SegmentMutation,
    AssignmentMutation,
    GroupAssignmentMutation,
    RuleMutation,
    ReferenceMutation,
    ReferenceDeletion,
    WebhookMutation,
):
    pass


def schema_of(query: type) -> strawberry.Schema:
    """The schema with these fields of Query."""
    return strawberry.Schema(
        query=query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Category, Product, *CHANGE_TYPES],
        extensions=[KnownDocument],
        execution_context_class=CoercedVariables,
        config=StrawberryConfig(scalar_map=SCALARS, info_class=Info),
    )


schema = schema_of(Query)
