"""The GraphQL schema: types, fields and execution."""
