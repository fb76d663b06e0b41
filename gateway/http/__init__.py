"""What every request passes: routes, ids, limits, CORS, refusals, health."""
