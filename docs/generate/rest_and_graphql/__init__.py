"""How to say in GraphQL what the REST contract says: one table, printed as a page of the documentation."""
