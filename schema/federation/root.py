"""The schema with the fields that routers of a federation ask."""

from schema.federation.query import FederatedQuery
from schema.root import schema_of

federated_schema = schema_of(FederatedQuery)
