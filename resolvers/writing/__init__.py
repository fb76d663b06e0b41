"""Writes rows: commands on locked rows, saved as changes."""
