"""Segments: their documents, and reading and writing them."""
