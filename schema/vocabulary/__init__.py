"""The vocabulary of types, filters and mutations."""
