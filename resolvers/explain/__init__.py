"""Answers to "why": what a customer sees and is assigned to, and for which reasons."""
