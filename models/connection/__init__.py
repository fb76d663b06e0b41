"""Connections: pool, sessions, transactions, and how they fail."""
