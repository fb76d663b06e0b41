"""How many examples a property test that talks to a database looks at."""

from hypothesis import HealthCheck, settings

with_database = settings(
    max_examples=settings().max_examples // 6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""A sixth of the profile's; each example makes a tenant of its own."""
