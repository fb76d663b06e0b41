"""The gateway as its clients meet it: the whole application, attacked through both APIs."""

from tests.gateway.conftest import client, secret, settings

__all__ = ["client", "secret", "settings"]
