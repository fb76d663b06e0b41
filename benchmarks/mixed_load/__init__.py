"""Reads and writes through both APIs while PostgreSQL is restarted; `--help` says how."""
