"""The gateway as a whole: what a client observes is what counts."""

from tests.gateway.conftest import client, secret, settings
from tests.schema.engine.plan.conftest import random_shops

__all__ = ["client", "random_shops", "secret", "settings"]
