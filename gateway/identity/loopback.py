"""Detection of loopback addresses."""

from ipaddress import ip_address


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address is loopback.

    No other machine can reach it.
    """
    try:
        return host is not None and ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
