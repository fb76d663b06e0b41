"""Reads, limits, plans and executes operations.

It does not depend on the types of the schema.
"""
