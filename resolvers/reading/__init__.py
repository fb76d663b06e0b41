"""Reads rows: paged lists, rows by key, prepared statements."""
