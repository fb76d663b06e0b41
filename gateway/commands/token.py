"""The command `token`."""

from collections.abc import Iterable

from gateway.identity.development_key import development_key
from gateway.identity.tokens import issue_token
from gateway.settings.source import InvalidSettings, read_settings
from gateway.settings.tokens import TokenSettings


def token(
    tenant: str,
    scopes: Iterable[str],
    *,
    customer_id: str | None,
    legal_entity_id: str | None,
    expires_in: int,
) -> str:
    """Return a signed token.

    Raises InvalidSettings.
    """
    settings = read_settings(TokenSettings)
    return issue_token(
        _signing_secret(settings),
        tenant,
        scopes,
        customer_id=customer_id,
        legal_entity_id=legal_entity_id,
        expires_in=expires_in,
        issuer=settings.token_issuer,
        audience=settings.token_audience,
    )


def _signing_secret(settings: TokenSettings) -> str:
    if settings.jwks_url is not None:
        raise InvalidSettings(
            "tokens come from the identity provider of SEGMENTS_JWKS_URL; none can be made here"
        )
    if settings.token_secret is not None:
        return settings.token_secret.get_secret_value()
    return development_key(settings.home)
