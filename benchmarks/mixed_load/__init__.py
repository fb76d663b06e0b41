"""Reads and writes through both doors while PostgreSQL is restarted; `--help` says how."""
