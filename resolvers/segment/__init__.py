"""Segments: documents, reading and writing."""
