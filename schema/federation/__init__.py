"""The schema of a subgraph of Apollo Federation 2: docs/federation.md.

It is the whole schema with `_service` and `_entities`.
"""
