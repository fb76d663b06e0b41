"""Checks of webhook addresses: only public ones are allowed.

The form of the address does not matter.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[Address]]]
"""The addresses of a host, in the order in which to try them. Raises OSError where there are none."""

SPECIAL_V4: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16/32",  # the host of a virtual machine on Azure
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",  # multicast, reserved and broadcast
        ),
    )
)
"""Networks without public hosts, by the registry of special-purpose addresses (RFC 6890)."""
GLOBAL_V6: Final = IPv6Network("2000::/3")
SPECIAL_V6: Final = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20")))
"""The first contains Teredo."""
NAT64: Final = IPv6Network("64:ff9b::/96")
SIX_TO_FOUR: Final = IPv6Network("2002::/16")
ISATAP: Final = (0x00005EFE, 0x02005EFE)
"""The third group of 32 bits of an address that has an IPv4 address as its fourth."""
_THREADS: Final = ThreadPoolExecutor(max_workers=32, thread_name_prefix="resolve")
"""Threads for name lookups: slow name servers would block the loop's own for other work."""


def is_public(address: Address) -> bool:
    """Whether the address is public on the Internet.

    Embedded IPv4 addresses are checked as well.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in SPECIAL_V4)
    if address in NAT64:
        return is_public(_last_32_bits(address))
    if address in SIX_TO_FOUR:
        return is_public(IPv4Address(int(address) >> 80 & 0xFFFFFFFF))
    if int(address) >> 32 & 0xFFFFFFFF in ISATAP and not is_public(_last_32_bits(address)):
        return False
    return (
        address in GLOBAL_V6 and address.is_global and not any(address in special for special in SPECIAL_V6)
    )


async def resolved(host: str, port: int) -> Sequence[Address]:
    """Resolve a host name with this machine's resolver.

    An IP address is returned as it is.
    """
    try:
        return [ip_address(host)]
    except ValueError:
        pass
    addresses = await asyncio.get_running_loop().run_in_executor(
        _THREADS, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    )
    return [ip_address(address[0]) for *_, address in addresses]


def _last_32_bits(address: IPv6Address) -> IPv4Address:
    return IPv4Address(int(address) & 0xFFFFFFFF)
