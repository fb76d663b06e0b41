"""The domain: rules, permissions, queries and commands.

It imports neither GraphQL nor HTTP code.
"""
