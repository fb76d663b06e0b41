"""The composition root: settings, tokens, the ASGI application, the command line."""
