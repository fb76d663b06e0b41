"""The settings of tokens.

They are few, so that the command `token` starts fast.
"""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.settings.source import PREFIX
from gateway.settings.values import check_secret, check_web_address


class TokenSettings(BaseSettings):
    """The token settings of `gateway.settings.settings.Settings`.

    The command `token` reads no other.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    home: Path = Field(
        default=Path(".segments"),
        description="Folder for the default database and the generated development key.",
    )
    token_secret: SecretStr | None = Field(
        default=None,
        description="HS256 secret of at least 32 bytes: signs our own tokens and verifies bearers.",
    )
    jwks_url: str | None = Field(
        default=None,
        repr=False,
        description="Where an identity provider publishes its keys; instead of SEGMENTS_TOKEN_SECRET.",
    )
    token_issuer: str | None = Field(default=None, description="The `iss` that tokens must have; unset: any.")
    token_audience: str | None = Field(
        default=None, description="The `aud` that tokens must have; unset: any."
    )

    @field_validator("token_secret")
    @classmethod
    def _secret_is_long_enough(cls, secret: SecretStr | None) -> SecretStr | None:
        return check_secret(secret)

    @field_validator("jwks_url")
    @classmethod
    def _jwks_url_is_an_address(cls, url: str | None) -> str | None:
        return None if url is None else check_web_address(url)

    @model_validator(mode="after")
    def _one_source_of_keys(self) -> Self:
        if self.token_secret is not None and self.jwks_url is not None:
            raise ValueError(
                "SEGMENTS_TOKEN_SECRET and SEGMENTS_JWKS_URL exclude each other: set one of them"
            )
        return self
