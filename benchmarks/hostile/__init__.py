"""Hostile requests next to honest clients: what they do to memory, latency and statuses."""
