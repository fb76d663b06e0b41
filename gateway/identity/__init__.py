"""The caller of a request: tokens, keys, and the token endpoint."""
