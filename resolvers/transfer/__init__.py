"""Data files: a tenant's records as NDJSON.

Each line has one record.
"""
