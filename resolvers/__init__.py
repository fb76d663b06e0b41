"""The domain: rules, permissions, queries and commands. Knows no GraphQL and no HTTP."""
