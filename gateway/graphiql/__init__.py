"""GraphiQL, served by the gateway without other sites.

`web/` is our source, `dist/` is what hatch_build.py makes of it.
"""
