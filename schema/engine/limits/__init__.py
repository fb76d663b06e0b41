"""Limits on GraphQL documents before their execution.

They do not depend on HTTP.
"""
