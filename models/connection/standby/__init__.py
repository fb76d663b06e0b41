"""Reads of a hot standby."""
