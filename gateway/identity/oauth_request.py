"""Reading a token request (RFC 6749)."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, unquote_plus

from starlette.requests import Request

from rest_compat.wire.body import read_bounded
from rest_compat.wire.content import check_content_coding, check_utf_8

LARGEST_BODY: Final = 16 * 1024
MOST_PARAMETERS: Final = 50
FORM: Final = "application/x-www-form-urlencoded"
CHALLENGE: Final = {"WWW-Authenticate": 'Basic realm="segment-gateway", charset="UTF-8"'}


class TokenRefused(Exception):
    """No token is issued.

    `error` is a code of RFC 6749, section 5.2.
    """

    def __init__(self, error: str, description: str) -> None:
        self.error = error
        self.description = description
        is_stranger = error == "invalid_client"
        self.status = HTTPStatus.UNAUTHORIZED if is_stranger else HTTPStatus.BAD_REQUEST
        self.headers: Mapping[str, str] = CHALLENGE if is_stranger else {}
        super().__init__(f"{error}: {description}")


class TooManyGuesses(TokenRefused):
    """429: too many wrong secrets, so this secret is not checked.

    RFC 6749 has no code for it here, so the code is a general one.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "temporarily_unavailable", f"Too many wrong secrets; try again in {seconds} seconds."
        )
        self.status = HTTPStatus.TOO_MANY_REQUESTS
        self.headers = {"Retry-After": str(seconds)}


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A token request; id and secret may have two readings.

    RFC 6749, section 2.3.1, has Basic credentials form-encoded before they are joined; half of all
    clients do not do it.
    """

    client_ids: tuple[str, ...]
    secrets: tuple[str, ...] = field(repr=False)
    scope: str


async def read_token_request(request: Request) -> TokenRequest:
    """Read a token request.

    Raises TokenRefused, or Refused where the body cannot be read.
    """
    content_type = request.headers.get("content-type", "")
    body = await read_bounded(request, LARGEST_BODY)
    check_content_coding(request.headers.raw)
    form = _parameters(content_type, body)
    grant_type = form.get("grant_type")
    if grant_type is None:
        raise TokenRefused("invalid_request", "grant_type is missing.")
    if grant_type != "client_credentials":
        raise TokenRefused("unsupported_grant_type", "Only client_credentials is offered.")
    client_ids, secrets = _credentials(request.headers.get("authorization", ""), form)
    return TokenRequest(client_ids, secrets, form.get("scope", ""))


def _parameters(content_type: str, body: bytes) -> Mapping[str, str]:
    """The form's parameters, without those that are empty."""
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise TokenRefused("invalid_request", f"The content type must be {FORM}.")
    check_utf_8(body, [FORM])
    try:
        pairs = parse_qsl(body.decode(), errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise TokenRefused("invalid_request", "The form is not well-formed.") from None
    form = dict(pairs)
    if len(form) < len(pairs):
        raise TokenRefused("invalid_request", "A parameter is given twice.")
    return form


def _credentials(authorization: str, form: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Readings of the client's id and secret.

    They come from the header or from the form, but not from both.
    """
    scheme, _, encoded = authorization.strip().partition(" ")
    if scheme.lower() != "basic":
        if "client_id" not in form or "client_secret" not in form:
            raise TokenRefused("invalid_client", "client_id and client_secret are expected.")
        return (form["client_id"],), (form["client_secret"],)
    client_ids, secrets = _basic(encoded)
    if "client_secret" in form:
        raise TokenRefused("invalid_request", "There are two sets of credentials.")
    if "client_id" in form:
        if form["client_id"] not in client_ids:
            raise TokenRefused("invalid_request", "There are two client ids.")
        client_ids = (form["client_id"],)
    return client_ids, secrets


def _basic(encoded: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except ValueError:  # no ASCII, no base64, or no UTF-8 inside
        raise TokenRefused("invalid_client", "The Basic credentials are not well-formed.") from None
    client_id, separator, secret = decoded.partition(":")
    if not separator:
        raise TokenRefused("invalid_client", "The Basic credentials are not well-formed.")
    return _readings(client_id), _readings(secret)


def _readings(text: str) -> tuple[str, str]:
    """The text unchanged, and form-decoded."""
    return text, unquote_plus(text)
