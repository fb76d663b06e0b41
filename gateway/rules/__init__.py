"""The background work on rules of segments."""
