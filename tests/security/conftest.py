"""The gateway as its clients meet it: the whole application, attacked through both doors."""

from tests.gateway.conftest import client, express_way, secret, settings

__all__ = ["client", "express_way", "secret", "settings"]
