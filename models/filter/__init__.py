"""The filter tree of `q` and `where`, and its SQL."""
