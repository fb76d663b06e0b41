"""Measures what grows with the number of assignments, and what does not."""
