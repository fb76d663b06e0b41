"""Writing rows: commands, decided on locked rows, saved as changes."""
