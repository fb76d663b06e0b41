"""The application: settings, tokens, ASGI application, command line.

It puts the packages together.
"""
