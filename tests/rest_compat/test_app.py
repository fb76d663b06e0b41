"""What a client is told when it is not their fault."""

from functools import partial
from pathlib import Path

import httpx
import pytest

from gateway.http.bounds import Bounds
from gateway.identity.authentication import Authentication, fault_refusal
from models.connection.database import Database
from resolvers.changes.feed import Feeds
from resolvers.policy import Policy
from resolvers.streams import Streams
from rest_compat.app import create_rest_app
from tests.rest_compat.conftest import TokensThatSpeak, WithState


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("GET", "/gold"), ("DELETE", "/gold"), ("PUT", "/gold/items/PRODUCT/p")]
)
async def test_a_database_that_cannot_be_reached_is_503(tmp_path: Path, method: str, path: str) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'no such folder' / 'segments.db'}")
    authenticate = partial(Authentication, verifier=TokensThatSpeak(), refusal=fault_refusal)
    rest_app = create_rest_app(Policy(), authenticate)
    streams = Streams(Feeds(database, Policy()))
    app = WithState(Bounds(rest_app), state={"database": database, "streams": streams})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
        response = await client.request(
            method,
            f"/customer-segment/shop/segments{path}",
            headers={"Authorization": "Bearer shop:RM::"},
        )
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert response.json() == {
        "code": 503,
        "status": "Service Unavailable",
        "message": "The service cannot answer at the moment; try again.",
    }
