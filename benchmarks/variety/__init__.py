"""Endless variety for every cache of the gateway: what it does to memory."""
