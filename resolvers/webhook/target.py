"""The checked URL of a webhook.

The connection uses the checked parts: the URL is not parsed again.
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final

from resolvers.errors import InvalidInput, Path

LONGEST_URL: Final = 2_048
LONGEST_HOST: Final = 253
LARGEST_PORT: Final = 65_535
DEFAULT_PORTS: Final = {"https": 443, "http": 80}

URL: Final = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:[/?][!$&-;=?-Z_a-z~%]*)?)"
)
"""No userinfo, fragment, escape in the host, backslash, space or character outside of ASCII."""
LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
"""A last label of this form makes the host an IPv4 address for browsers and resolvers."""
EXPECTED: Final = (
    "A URL such as https://shop.example/hooks is expected, in ASCII (names in Punycode), without user, "
    "password and fragment."
)


@dataclass(frozen=True, slots=True)
class Target:
    """The address for posting.

    `host` is a name in lower case, or an address without brackets.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """The scheme, host and port of the receiver."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """The value of the header Host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def parse_target(url: str, *, allows_http: bool, path: Path = ("url",)) -> Target:
    """The parts of a URL.

    Raises InvalidInput for http if it is not allowed, and for unusual forms.
    """
    match = URL.fullmatch(url) if len(url) <= LONGEST_URL else None
    if match is None:
        raise InvalidInput(EXPECTED, path=path)
    if match["scheme"] == "http" and not allows_http:
        raise InvalidInput("Only https is allowed.", path=path)
    port = int(match["port"] or DEFAULT_PORTS[match["scheme"]])
    host = _host(match["host"])
    if host is None or not 1 <= port <= LARGEST_PORT:
        raise InvalidInput(EXPECTED, path=path)
    target = match["path"]
    return Target(match["scheme"], host, port, target if target.startswith("/") else f"/{target}")


def _host(host: str) -> str | None:
    """The host in canonical form, or None.

    A host is a name or an address in its usual form.
    """
    try:
        if host.startswith("["):
            return str(IPv6Address(host[1:-1]))
        if NUMBER.fullmatch(host.rpartition(".")[2]):
            return str(IPv4Address(host))
    except AddressValueError:
        return None
    is_name = len(host) <= LONGEST_HOST and all(map(LABEL.fullmatch, host.split(".")))
    return host.lower() if is_name else None
