import pytest

from gateway.identity.loopback import is_loopback


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost", True),
        ("198.51.100.7", False),
        ("192.0.2.7", False),
        ("localhost.example", False),
        ("", False),
        (None, False),
    ],
)
def test_no_other_machine_reaches_a_loopback_address(host: str | None, *, expected: bool) -> None:
    assert is_loopback(host) is expected
