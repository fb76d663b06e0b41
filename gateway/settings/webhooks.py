"""The settings of webhooks."""

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from gateway.settings.values import check_secret


class WebhookSettings(BaseSettings):
    """The webhook settings of `gateway.settings.settings.Settings`."""

    webhook_key: SecretStr | None = Field(
        default=None,
        description="At least 32 bytes that encrypt the secrets of webhooks in the database; the same for "
        "all processes. Several, separated by commas: the first encrypts, each decrypts. Unset: there are no "
        "webhooks.",
    )
    webhook_allow_private: bool = Field(
        default=False,
        description="Let webhooks have http URLs and addresses that are not public: for development.",
    )
    webhook_timeout: float = Field(
        default=15.0, ge=0.5, le=60, description="Seconds that one attempt to deliver to a webhook may take."
    )
    deliver: bool = Field(
        default=True,
        description="Deliver to webhooks from this process; false: others do, such as `segment-gateway "
        "deliver`.",
    )

    @field_validator("webhook_key")
    @classmethod
    def _webhook_keys_are_long_enough(cls, secret: SecretStr | None) -> SecretStr | None:
        for key in _keys(secret):
            check_secret(SecretStr(key))
        return secret

    @property
    def webhook_keys(self) -> tuple[bytes, ...]:
        """The webhook keys, the encrypting key first.

        There are none where webhooks are off.
        """
        return tuple(key.encode() for key in _keys(self.webhook_key))


def _keys(secret: SecretStr | None) -> list[str]:
    return [] if secret is None else [key.strip() for key in secret.get_secret_value().split(",")]
