"""Answers to "why": whether they agree with the answers themselves, and how long they take."""
