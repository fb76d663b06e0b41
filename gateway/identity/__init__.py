"""The caller of a request: tokens, keys, token endpoint."""
