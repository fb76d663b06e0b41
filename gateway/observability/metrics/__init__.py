"""Prometheus metrics at /metrics: requests, plan cache, pool.

No label is the name of a tenant.
"""
