"""Reference data: customers, legal entities, products and categories.

The shop sends them.
"""
