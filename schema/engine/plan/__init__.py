"""Compiles queries to statements and generated functions.

A plan is for a valid query operation, and has a few statements. Strawberry and graphql-core define the
meaning of an operation; a plan gives the same response with an order of magnitude less work. Operations
without a plan, and unexpected failures of a plan, go to the standard execution. See docs/compiled-plans.md.
"""
