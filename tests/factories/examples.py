"""How many examples a property test looks at."""

from hypothesis import HealthCheck, settings


def examples(usual: int) -> int:
    """The number of examples in the chosen profile, where the default one has `usual`."""
    return max(1, usual * settings().max_examples // 100)


with_database = settings(
    max_examples=examples(16),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""Few, because each example makes a tenant of its own."""
