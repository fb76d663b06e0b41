"""GraphQL over WebSocket: the sub-protocol graphql-transport-ws."""
