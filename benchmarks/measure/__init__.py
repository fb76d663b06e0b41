"""Load, and what it does to a process."""
