"""The network of a client's address."""

from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

NETWORK_OF_ONE_CLIENT: Final = 64
"""Bits of the IPv6 network of one client, which has all addresses in it."""


def network_of(address: str) -> str:
    """Return an IPv4 address, or the network of IPv6."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed), NETWORK_OF_ONE_CLIENT), strict=False))
