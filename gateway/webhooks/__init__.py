"""Delivery to webhooks: addresses, requests, signatures, and the order in which events are sent."""
