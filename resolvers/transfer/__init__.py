"""Data files: the whole of a tenant as NDJSON, read and written one record a line."""
