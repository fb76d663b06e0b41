"""Explains customers' views and assignments, with reasons."""
