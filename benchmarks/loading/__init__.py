"""Measures how long data files take to load, compared with the fastest way of each database."""
