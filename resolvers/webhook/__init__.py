"""Webhooks: their management, and the state of their delivery. `gateway.webhooks` sends."""
