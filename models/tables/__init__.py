"""The tables, as SQLModel classes, and the types of their columns."""
