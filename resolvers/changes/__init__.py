"""The change log: its records, readers and positions."""
