"""Compiled plans: a valid query operation as a few statements and generated functions.

Strawberry and graphql-core say what an operation means; a plan gives the same answer with an
order of magnitude less work. What a plan does not cover, and anything unexpected at run time,
is left to the standard execution. See docs/compiled-plans.md.
"""
