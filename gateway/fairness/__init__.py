"""Fair shares of the event loop between callers.

A caller with much use does not delay the others.
"""
