"""HTTP for all APIs: routes, limits, CORS, refusals, health."""
