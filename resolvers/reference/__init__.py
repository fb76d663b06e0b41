"""Reference data: customers, legal entities, products and categories, as the shop tells us."""
