"""Delivery to webhooks: addresses, requests, signatures and order."""
