"""What the change log and rules cost reads."""
