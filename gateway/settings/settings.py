"""All settings of the gateway, read from the environment once."""

import sys
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import NoDecode
from sqlalchemy.engine import URL

from gateway.identity.scopes import KNOWN_SCOPES, parse_scopes
from gateway.identity.tokens import DEFAULT_LEEWAY
from gateway.settings.limits import READ_FOR_ANSWER, LimitSettings
from gateway.settings.source import read_settings
from gateway.settings.tokens import TokenSettings
from gateway.settings.values import (
    check_database_url,
    check_language,
    check_origin,
    check_replica_url,
    check_secret,
    is_postgresql,
    split_words,
)
from gateway.settings.webhooks import WebhookSettings
from models.connection.engine import EngineOptions
from resolvers.caller import TENANT
from resolvers.policy import Policy

NO_KEY: Final = (
    "nothing says which tokens to trust: set SEGMENTS_TOKEN_SECRET (at least 32 bytes; `openssl rand "
    "-hex 32` makes a good one), or SEGMENTS_JWKS_URL of your identity provider, or try it out with --demo"
)

TIME_TO_ANSWER: Final = 2.0
"""Seconds left of a request's time after a wait for changes."""


class OAuthClient(BaseModel):
    """An OAuth client of `/oauth/token`, with its tenant."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    client_id: str = Field(min_length=1)
    client_secret: SecretStr = Field(min_length=1)
    tenant: str = Field(pattern=f"^{TENANT.pattern}$")
    scopes: tuple[str, ...]

    @field_validator("scopes")
    @classmethod
    def _scopes_are_known(cls, scopes: tuple[str, ...]) -> tuple[str, ...]:
        try:
            return parse_scopes(" ".join(scopes))
        except ValueError:  # which repeats what it was given
            raise ValueError(f"must be some of {', '.join(KNOWN_SCOPES)}") from None


def _database_in(home: dict[str, Any]) -> str:
    path = home.get("home", Path(".segments")) / "segments.db"
    return URL.create("sqlite+aiosqlite", database=str(path)).render_as_string()


class Settings(WebhookSettings, LimitSettings, TokenSettings):
    """The settings of a process.

    Each member is the environment variable `SEGMENTS_<MEMBER>`.
    """

    database_url: str = Field(
        default_factory=_database_in,
        repr=False,
        description="sqlite+aiosqlite:///path or postgresql+asyncpg://user:password@host/name. "
        "The default is segments.db in SEGMENTS_HOME.",
    )
    replica_url: str | None = Field(
        default=None,
        repr=False,
        description="A hot standby of SEGMENTS_DATABASE_URL (PostgreSQL only), which queries and reads are "
        "sent to: postgresql+asyncpg://user:password@host/name.",
    )
    token_leeway: int = Field(
        default=DEFAULT_LEEWAY,
        ge=0,
        le=600,
        description="Seconds that the clocks of the issuer and of the gateway may differ, for `exp`, `nbf` "
        "and `iat`.",
    )
    oauth_clients: tuple[OAuthClient, ...] = Field(
        default=(), description="JSON list of {client_id, client_secret, tenant, scopes} for /oauth/token."
    )
    cursor_secret: SecretStr | None = Field(
        default=None,
        description="Seals the cursors of the change feed; the same for all processes. Unset: made of "
        "SEGMENTS_TOKEN_SECRET; with SEGMENTS_JWKS_URL alone there is no feed without it.",
    )
    changes_retention: int = Field(
        default=30, ge=1, le=3_650, description="Days for which records of the change feed are kept."
    )
    rules: bool = Field(
        default=True,
        description="Apply the rules of segments; false: their members stay as they are. Once it is true "
        "again, rules are applied anew where customers have changed meanwhile.",
    )
    default_language: str = Field(default="en", description="The language that texts fall back to.")
    languages: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Languages of texts, separated by commas; empty: any well-formed BCP 47 tag."
    )
    enforce_validity: bool = Field(
        default=False, description="Active means ACTIVE and inside `validity`, not ACTIVE alone."
    )
    enforce_references: bool = Field(
        default=False, description="Refuse to assign customers, legal entities and items that are not known."
    )
    bulk_index_base: int = Field(
        default=1, ge=0, le=1, description="What the first element of a bulk answer is called: 1 or 0."
    )
    pgbouncer: bool = Field(
        default=False, description="PostgreSQL is behind PgBouncer in transaction pooling mode."
    )
    pool_size: int = Field(
        default=10, ge=1, le=1000, description="Database connections of one process, at most."
    )
    reads_per_caller: int | None = Field(
        default=None,
        ge=1,
        description="Of them, those that the reads of one caller (a customer, or the subject of a token) "
        "hold at a time; unset: half of SEGMENTS_POOL_SIZE.",
    )
    pool_wait: float = Field(
        default=5.0, gt=0, le=3600, description="Seconds to wait for one of them before answering 503."
    )
    statement_timeout: float = Field(
        default=5.0,
        ge=0.001,
        le=3600,
        description="Seconds after which a statement is given up, by PostgreSQL or by us if it is silent.",
    )
    compiled_plans: bool = Field(
        default=True,
        description="Answer queries by compiled plans where they can; false is slower, and answers the same.",
    )
    federation: bool = Field(
        default=False,
        description="Be a subgraph of Apollo Federation 2: `_service` and `_entities` are fields of Query.",
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Sites whose scripts browsers let call the gateway (`https://shop.example`), or `*`; "
        "empty: none.",
    )
    metrics: bool = Field(
        default=True, description="Show Prometheus metrics at /metrics, without a token: keep it inside."
    )
    demo: bool = Field(
        default=False,
        description="Hand the demo shop's tokens to GraphiQL in a browser on this machine; "
        "`serve --demo` sets it.",
    )
    log_format: Literal["console", "json"] = Field(
        default_factory=lambda: "console" if sys.stderr.isatty() else "json",
        description="How log lines look. The default is console on a terminal, else json.",
    )

    @field_validator("database_url")
    @classmethod
    def _database_url_is_usable(cls, url: str) -> str:
        return check_database_url(url)

    @field_validator("replica_url")
    @classmethod
    def _replica_url_is_usable(cls, url: str | None) -> str | None:
        return None if url is None else check_replica_url(url)

    @field_validator("cursor_secret")
    @classmethod
    def _cursor_secret_is_long_enough(cls, secret: SecretStr | None) -> SecretStr | None:
        return check_secret(secret)

    @field_validator("oauth_clients")
    @classmethod
    def _oauth_clients_differ(cls, clients: tuple[OAuthClient, ...]) -> tuple[OAuthClient, ...]:
        if len({client.client_id for client in clients}) < len(clients):
            raise ValueError("must give each client a client_id of its own")
        return clients

    @field_validator("languages", "cors_origins", mode="before")
    @classmethod
    def _lists_are_words(cls, value: Any) -> Any:
        return split_words(value) if isinstance(value, str) else value

    @field_validator("default_language")
    @classmethod
    def _default_language_is_well_formed(cls, tag: str) -> str:
        return check_language(tag)

    @field_validator("languages")
    @classmethod
    def _languages_are_well_formed(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(check_language(tag) for tag in tags)

    @field_validator("cors_origins")
    @classmethod
    def _cors_origins_are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(check_origin(origin) for origin in origins)

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        if self.oauth_clients and self.jwks_url is not None:
            raise ValueError(
                "SEGMENTS_OAUTH_CLIENTS needs SEGMENTS_TOKEN_SECRET to sign with: "
                "with SEGMENTS_JWKS_URL, tokens come from the identity provider"
            )
        if self.replica_url is not None and not is_postgresql(self.database_url):
            raise ValueError(
                "SEGMENTS_REPLICA_URL needs a primary on PostgreSQL: "
                "SEGMENTS_DATABASE_URL names SQLite, which has no standby"
            )
        if self.languages and self.default_language not in self.languages:
            raise ValueError("SEGMENTS_LANGUAGES must contain SEGMENTS_DEFAULT_LANGUAGE")
        return self

    @property
    def policy(self) -> Policy:
        """The policy, for the domain."""
        secret = self.cursor_secret or self.token_secret
        return Policy(
            default_language=self.default_language,
            languages=self.languages,
            enforce_validity=self.enforce_validity,
            enforce_references=self.enforce_references,
            bulk_index_base=self.bulk_index_base,
            cursor_secret=secret.get_secret_value().encode() if secret else b"",
            webhook_keys=self.webhook_keys,
            webhooks_allow_private=self.webhook_allow_private,
            rules=self.rules,
            longest_wait=max(0.0, min(30.0, self.request_timeout - TIME_TO_ANSWER)),
        )

    @property
    def engine_options(self) -> EngineOptions:
        """The options of the database engine."""
        return EngineOptions(
            pool_size=self.pool_size,
            pool_wait=self.pool_wait,
            reads_per_caller=self.reads_per_caller,
            largest_read=READ_FOR_ANSWER * self.max_answer,
            statement_timeout=self.statement_timeout,
            behind_pgbouncer=self.pgbouncer,
        )


def load_settings() -> Settings:
    """Read the settings of this process's environment.

    Raises InvalidSettings.
    """
    return read_settings(Settings)
