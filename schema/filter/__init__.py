"""Typed filters and orders: `where` and `orderBy`."""
