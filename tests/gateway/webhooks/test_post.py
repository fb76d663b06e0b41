"""Requests to webhooks: what is sent, and that no forged target leads to a connection inside."""

import itertools
import ssl
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from gateway.webhooks.addresses import Address, is_public, resolved
from gateway.webhooks.post import NotPublic, Poster, PostFailed
from resolvers.errors import InvalidInput
from resolvers.webhook.target import parse_target
from tests.gateway.webhooks.receiver import Received, Receiver, receiving

NOT_PUBLIC = (
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2606:4700::5efe:a00:1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
)
PUBLIC = (
    "8.8.8.8",
    "93.184.216.34",
    "172.32.0.1",
    "2606:4700:4700::1111",
    "64:ff9b::808:808",
    "2002:808:808::1",
)
ODD_URLS = (
    "http://{inside}/",
    "ftp://{inside}/",
    "//{inside}/",
    "https://user@{inside}/",
    "https://user:password@{inside}/",
    "https://shop.example@{inside}/",
    "https://{inside}\\@shop.example/",
    "https://shop.example#@{inside}/",
    "https://{inside} .shop.example/",
    "https://{inside}\t/",
    "https://{inside}\r\nHost: shop.example/",
    "https://127.1:{port}/",
    "https://2130706433:{port}/",
    "https://0x7f000001:{port}/",
    "https://0x7f.1:{port}/",
    "https://017700000001:{port}/",
    "https://0177.0.0.1:{port}/",
    "https://127.0.0.1.:{port}/",
    "https://localhost.:{port}/",
    "https://127.0.0.0x1:{port}/",
    "https://%6c%6f%63%61%6c%68%6f%73%74:{port}/",
    "https://①②⑦.⓪.⓪.①:{port}/",
    "https://127。0。0。1:{port}/",
    "https://ⓛocalhost:{port}/",
    "https://l\u043ecalhost:{port}/",
    "https://[::1%25lo]:{port}/",
    "https://[::ffff:127.0.0.1:{port}/",
    "https://[127.0.0.1]:{port}/",
    "https://localhost:0/",
    "https://localhost:99999/",
    "https://localhost:{port}:{port}/",
    "https://_localhost:{port}/",
    "https://-localhost:{port}/",
    "https://:{port}/",
    "https:///{inside}/",
    "https:{inside}/",
    "https://{inside}/#fragment",
)
TARGETS_INSIDE = (
    "https://localhost:{port}/",
    "https://LOCALHOST:{port}/",
    "https://127.0.0.1:{port}/",
    "https://[::1]:{port}/",
    "https://[::ffff:127.0.0.1]:{port}/",
    "https://[::ffff:7f00:1]:{port}/",
    "https://[64:ff9b::7f00:1]:{port}/",
    "https://[2002:7f00:1::]:{port}/",
)


@pytest.fixture
def poster() -> Poster:
    return Poster(seconds=2, allows_private=True)


@pytest.fixture
def guarded() -> Poster:
    return Poster(seconds=2, allows_private=False)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_outside_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.fixture(scope="module")
async def inside() -> AsyncIterator[tuple[int, Sequence[Receiver]]]:
    """A port that listens on both loopback addresses."""
    async with receiving() as four:
        port = int(four.url.split(":")[2].split("/")[0])
        async with receiving("::1", port=port) as six:
            yield port, (four, six)


@pytest.mark.parametrize("url", ODD_URLS)
async def test_an_odd_url_is_refused(url: str) -> None:
    """Where there is no target there is nothing to connect to."""
    for allows_http in (False, True):
        if not (allows_http and url.startswith("http://{inside}/")):
            with pytest.raises(InvalidInput):
                parse_target(url.format(inside="127.0.0.1:1", port=1), allows_http=allows_http)


@pytest.mark.parametrize("url", [*ODD_URLS, *TARGETS_INSIDE])
async def test_no_forged_target_is_connected_to(
    guarded: Poster, inside: tuple[int, Sequence[Receiver]], url: str
) -> None:
    port, listeners = inside
    with pytest.raises((InvalidInput, PostFailed)):
        await guarded.post(
            parse_target(url.format(port=port, inside=f"127.0.0.1:{port}"), allows_http=False), {}, b"{}"
        )
    assert [one.connections for one in listeners] == [0, 0]


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["127.0.0.1", "8.8.8.8"],
        ["2606:4700:4700::1111", "::1"],
        ["::ffff:127.0.0.1"],
        [],
    ],
)
async def test_one_address_inside_refuses_a_name(answers: list[str]) -> None:
    async def resolve(_host: str, _port: int) -> Sequence[Address]:
        return [ip_address(one) for one in answers]

    async with receiving() as receiver:
        poster = Poster(seconds=1, allows_private=False, resolve=resolve)
        port = receiver.url.split(":")[2].split("/")[0]
        with pytest.raises(NotPublic if answers else PostFailed):
            await poster.post(parse_target(f"https://shop.example:{port}/", allows_http=False), {}, b"")
        assert receiver.connections == 0


async def test_a_name_server_that_changes_its_mind_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first answer is looked at and connected to; the second one, inside, is never asked for."""
    async with receiving() as inside, receiving() as outside:
        port = int(outside.url.split(":")[2].split("/")[0])
        asked = itertools.count()

        async def resolve(_host: str, _port: int) -> Sequence[Address]:
            return [ip_address("127.0.0.1") if next(asked) == 0 else ip_address("::1")]

        monkeypatch.setattr("gateway.webhooks.post.is_public", lambda one: one == ip_address("127.0.0.1"))
        poster = Poster(seconds=2, allows_private=False, resolve=resolve)
        answer = await poster.post(parse_target(f"http://shop.example:{port}/x", allows_http=True), {}, b"{}")
        assert (answer.status, next(asked), outside.connections, inside.connections) == (204, 1, 1, 0)
        assert outside.requests[0].headers["host"] == f"shop.example:{port}"
        with pytest.raises(NotPublic):
            await poster.post(parse_target(f"http://shop.example:{port}/x", allows_http=True), {}, b"{}")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(poster: Poster, status: int) -> None:
    async with receiving() as inside, receiving() as receiver:
        receiver.answer = lambda _: (status, {"Location": inside.url})
        answer = await poster.post(parse_target(receiver.url, allows_http=True), {}, b"{}")
        assert (answer.status, inside.connections) == (status, 0)


async def test_proxies_of_the_environment_are_not_used(
    poster: Poster, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with receiving() as proxy, receiving() as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert (await poster.post(parse_target(receiver.url, allows_http=True), {}, b"{}")).status == 204
        assert (proxy.connections, receiver.connections) == (0, 1)


async def test_a_request_has_our_headers_and_those_of_the_webhook(poster: Poster) -> None:
    async with receiving() as receiver:
        await poster.post(parse_target(receiver.url, allows_http=True), {"X-Key": "k"}, b'{"a":1}')
        [request] = receiver.requests
        assert request.head == "POST /hooks?a=b HTTP/1.1"
        assert request.body == b'{"a":1}'
        assert request.headers == {
            "host": receiver.url.split("/")[2],
            "user-agent": "segment-gateway",
            "content-type": "application/json",
            "content-length": "7",
            "accept-encoding": "identity",
            "connection": "close",
            "x-key": "k",
        }


def endless(_request: Received) -> bytes:
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1000\r\n" + b"x" * 4096 + b"\r\n"


async def test_an_endless_answer_is_read_no_further(poster: Poster) -> None:
    async with receiving() as receiver:
        receiver.answer = endless
        assert (await poster.post(parse_target(receiver.url, allows_http=True), {}, b"{}")).status == 200


@pytest.mark.parametrize("answer", [None, b"", b"no HTTP\r\n\r\n", b"HTTP/1.1 999999 X\r\n\r\n"])
async def test_no_answer_is_a_failure(answer: bytes | None) -> None:
    async with receiving() as receiver:
        receiver.answer = lambda _: answer
        poster = Poster(seconds=0.3, allows_private=True)
        with pytest.raises(PostFailed):
            await poster.post(parse_target(receiver.url, allows_http=True), {}, b"{}")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of shop.example that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("shop.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "shop.pem"
    form = Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    path.write_bytes(key.private_bytes(*form) + certificate.public_bytes(Encoding.PEM))
    return path


async def test_tls_is_verified_with_the_name(certificate: Path) -> None:
    async def resolve(_host: str, _port: int) -> Sequence[Address]:
        return [ip_address("127.0.0.1")]

    names: list[str | None] = []
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    server.sni_callback = lambda _socket, name, _context: names.append(name)
    trusting = ssl.create_default_context(cafile=certificate)
    async with receiving(tls=server) as receiver:
        port = receiver.url.split(":")[2].split("/")[0]

        async def post(host: str, tls: ssl.SSLContext | None) -> int:
            poster = Poster(seconds=2, allows_private=True, resolve=resolve, tls=tls)
            target = parse_target(f"https://{host}:{port}/", allows_http=False)
            return (await poster.post(target, {}, b"{}")).status

        assert await post("shop.example", trusting) == 204
        assert receiver.requests[0].headers["host"] == f"shop.example:{port}"
        with pytest.raises(PostFailed, match="TLS failed: self-signed certificate"):
            await post("shop.example", None)
        with pytest.raises(PostFailed, match="TLS failed: Hostname mismatch"):
            await post("other.example", trusting)
        assert names == ["shop.example", "shop.example", "other.example"]
        assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    ("value", "pause"),
    [
        ("7", 7.0),
        ("99999999999", 86_400.0),
        ("soon", None),
        ("-1", None),
        (format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True), 0.0),
        (format_datetime(datetime.now(UTC) + timedelta(days=9), usegmt=True), 86_400.0),
    ],
    ids=["seconds", "many seconds", "no number", "negative", "past date", "future date"],
)
async def test_retry_after_is_read(poster: Poster, value: str, pause: float | None) -> None:
    async with receiving() as receiver:
        receiver.answer = lambda _: (503, {"Retry-After": value})
        answer = await poster.post(parse_target(receiver.url, allows_http=True), {}, b"{}")
        assert (answer.status, answer.pause) == (503, pause)


async def test_names_are_resolved_by_the_machine() -> None:
    assert ip_address("127.0.0.1") in await resolved("localhost", 1)
    assert await resolved("::1", 1) == [ip_address("::1")]
