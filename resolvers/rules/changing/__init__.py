"""Changing rules: set, pause, remove, release customers, and restore from a data file."""
