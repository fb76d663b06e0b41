"""How large a GraphQL document may be before anything of it is executed. Knows no HTTP."""
