"""Reference data: customers, legal entities, groups, products and categories.

The shop sends them.
"""
