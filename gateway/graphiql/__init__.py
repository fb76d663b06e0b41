"""Pages for browsers: GraphiQL and the explorer of the REST API.

They load nothing from other sites. `web/` is our source, `dist/` is what hatch_build.py makes of it.
"""
