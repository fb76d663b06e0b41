"""The tables, as SQLModel classes, and their column types."""
