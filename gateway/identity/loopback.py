"""Which hosts are this very machine."""

from ipaddress import ip_address


def is_loopback(host: str | None) -> bool:
    """Whether a host, by name or address, can be reached from nowhere else."""
    try:
        return host is not None and ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
