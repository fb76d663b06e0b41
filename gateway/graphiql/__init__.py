"""GraphiQL, served by the gateway alone: `web/` is what we wrote, `dist/` what hatch_build.py makes of it."""
