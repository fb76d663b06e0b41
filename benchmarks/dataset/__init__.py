"""A shop of a realistic size and skew, the same on every machine, in PostgreSQL and in an SQLite file."""
