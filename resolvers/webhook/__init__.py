"""Webhooks: management and state of delivery.

`gateway.webhooks` sends.
"""
