from pathlib import Path

import pytest
from pydantic import SecretStr

from gateway.settings.settings import OAuthClient, Settings, load_settings
from gateway.settings.source import InvalidSettings
from models.connection.engine import EngineOptions
from resolvers.policy import Policy

SECRET = "0123456789abcdef0123456789abcdef"
LARGEST_READ = 32 * 1024 * 1024
"""Twice the largest answer."""
CLIENT = '{"client_id":"c","client_secret":"hunter2","tenant":"acme","scopes":["segment_read"]}'


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment in which only what the test says is set; the environment is what is tested here."""
    for member in Settings.model_fields:
        monkeypatch.delenv(f"SEGMENTS_{member.upper()}", raising=False)
    return monkeypatch


def test_the_defaults_are_safe_for_development() -> None:
    settings = load_settings()
    assert settings.database_url == "sqlite+aiosqlite:///.segments/segments.db"
    assert settings.token_secret is None
    assert settings.jwks_url is None
    assert settings.policy == Policy()
    assert settings.engine_options == EngineOptions(largest_read=LARGEST_READ)


def test_a_variable_that_is_no_setting_is_ignored(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SEGMENTS_EXPRESS_WAY", "false")  # was one
    assert load_settings() == Settings()


def test_the_default_database_lies_in_the_home_folder(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SEGMENTS_HOME", "/srv/segments")
    assert load_settings().database_url == "sqlite+aiosqlite:////srv/segments/segments.db"


def test_languages_may_be_written_in_any_case(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SEGMENTS_LANGUAGES", "EN, de-ch ZH-HANT,I-Klingon")
    environment.setenv("SEGMENTS_DEFAULT_LANGUAGE", "DE-CH")
    assert load_settings().policy == Policy("de-CH", ("en", "de-CH", "zh-Hant", "i-klingon"))


def test_every_setting_is_read(environment: pytest.MonkeyPatch) -> None:
    for name, value in {
        "HOME": "/srv",
        "DATABASE_URL": "postgresql+asyncpg://u:p@h/d",
        "TOKEN_SECRET": SECRET,
        "TOKEN_ISSUER": "https://issuer",
        "TOKEN_AUDIENCE": "shop",
        "OAUTH_CLIENTS": '[{"client_id":"c","client_secret":"s","tenant":"acme","scopes":["segment_read"]}]',
        "DEFAULT_LANGUAGE": "de",
        "LANGUAGES": "en, de pt-BR",
        "ENFORCE_VALIDITY": "true",
        "ENFORCE_REFERENCES": "1",
        "BULK_INDEX_BASE": "0",
        "CORS_ORIGINS": "https://shop.example, http://localhost:5173",
        "PGBOUNCER": "true",
        "POOL_SIZE": "3",
        "READS_PER_CALLER": "2",
        "STATEMENT_TIMEOUT": "1.5",
        "LOG_FORMAT": "json",
    }.items():
        environment.setenv(f"SEGMENTS_{name}", value)
    settings = load_settings()
    assert settings.home == Path("/srv")
    assert settings.database_url == "postgresql+asyncpg://u:p@h/d"
    assert settings.token_secret == SecretStr(SECRET)
    assert (settings.token_issuer, settings.token_audience) == ("https://issuer", "shop")
    assert settings.oauth_clients == (
        OAuthClient(client_id="c", client_secret=SecretStr("s"), tenant="acme", scopes=("segment_read",)),
    )
    assert settings.policy == Policy("de", ("en", "de", "pt-BR"), True, True, 0)
    assert settings.engine_options == EngineOptions(
        pool_size=3,
        reads_per_caller=2,
        statement_timeout=1.5,
        behind_pgbouncer=True,
        largest_read=LARGEST_READ,
    )
    assert settings.cors_origins == ("https://shop.example", "http://localhost:5173")
    assert settings.log_format == "json"


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"TOKEN_SECRET": "hunter2"}, "SEGMENTS_TOKEN_SECRET: must have at least 32 bytes; "),
        ({"DATABASE_URL": "mysql://u:hunter2@h/d"}, "SEGMENTS_DATABASE_URL: starts with an unknown database"),
        (
            {"STATEMENT_TIMEOUT": "0.0005"},
            "SEGMENTS_STATEMENT_TIMEOUT: input should be greater than or equal",
        ),
        ({"STATEMENT_TIMEOUT": "0"}, "SEGMENTS_STATEMENT_TIMEOUT: input should be greater than or equal"),
        ({"STATEMENT_TIMEOUT": "nan"}, "SEGMENTS_STATEMENT_TIMEOUT: input should be"),
        ({"DATABASE_URL": "hunter2"}, "SEGMENTS_DATABASE_URL: is not a database URL: write sqlite"),
        ({"DATABASE_URL": "sqlite+aiosqlite://"}, "SEGMENTS_DATABASE_URL: must name a file: "),
        ({"JWKS_URL": "file:///etc/hunter2"}, "SEGMENTS_JWKS_URL: must be an http:// or https:// address"),
        ({"JWKS_URL": "http://h:99999/"}, "SEGMENTS_JWKS_URL: must be an http:// or https:// address"),
        (
            {"JWKS_URL": "https://h/", "TOKEN_SECRET": SECRET},
            "SEGMENTS_TOKEN_SECRET and SEGMENTS_JWKS_URL exclude each other: set one of them",
        ),
        ({"OAUTH_CLIENTS": '[{"client_secret": "hunter2'}, "SEGMENTS_OAUTH_CLIENTS: is not valid JSON"),
        ({"OAUTH_CLIENTS": '[{"client_secret": "hunter2"}]'}, "SEGMENTS_OAUTH_CLIENTS[0].client_id: field"),
        (
            {
                "OAUTH_CLIENTS": '[{"client_id":"c","client_secret":"s","tenant":"acme",'
                '"scopes":["segment_read","hunter2"]}]'
            },
            "SEGMENTS_OAUTH_CLIENTS[0].scopes: must be some of segment_read, segment_read_own",
        ),
        (
            {"OAUTH_CLIENTS": '[{"client_id":"c","client_secret":"s","tenant":"acme","scopes":[]}]'},
            "SEGMENTS_OAUTH_CLIENTS[0].scopes: must be some of segment_read, segment_read_own",
        ),
        (
            {"OAUTH_CLIENTS": f"[{CLIENT},{CLIENT}]", "TOKEN_SECRET": SECRET},
            "SEGMENTS_OAUTH_CLIENTS: must give each client a client_id of its own",
        ),
        (
            {"OAUTH_CLIENTS": f"[{CLIENT}]", "JWKS_URL": "https://h/"},
            "SEGMENTS_OAUTH_CLIENTS needs SEGMENTS_TOKEN_SECRET to sign with",
        ),
        (
            {"REPLICA_URL": "postgresql+asyncpg://u:hunter2@h/d"},
            "SEGMENTS_REPLICA_URL needs a primary on PostgreSQL",
        ),
        (
            {"REPLICA_URL": "sqlite+aiosqlite:///hunter2", "DATABASE_URL": "postgresql+asyncpg://h/d"},
            "SEGMENTS_REPLICA_URL: must name a PostgreSQL server",
        ),
        ({"REPLICA_URL": "postgresql://hunter2"}, "SEGMENTS_REPLICA_URL: starts with an unknown database"),
        ({"LANGUAGES": "de"}, "SEGMENTS_LANGUAGES must contain SEGMENTS_DEFAULT_LANGUAGE"),
        ({"LANGUAGES": "en,hunter2-"}, "SEGMENTS_LANGUAGES: must be made of BCP 47 language tags"),
        ({"DEFAULT_LANGUAGE": "e"}, "SEGMENTS_DEFAULT_LANGUAGE: must be made of BCP 47 language tags"),
        ({"CORS_ORIGINS": "https://hunter2/"}, "SEGMENTS_CORS_ORIGINS: must be made of origins such as"),
        ({"CORS_ORIGINS": "*,hunter2"}, "SEGMENTS_CORS_ORIGINS: must be made of origins such as"),
        ({"POOL_SIZE": "0"}, "SEGMENTS_POOL_SIZE: input should be greater than or equal to 1"),
        ({"BULK_INDEX_BASE": "2"}, "SEGMENTS_BULK_INDEX_BASE: input should be less than or equal to 1"),
        ({"PGBOUNCER": "perhaps"}, "SEGMENTS_PGBOUNCER: input should be a valid boolean"),
        ({"LOG_FORMAT": "xml"}, "SEGMENTS_LOG_FORMAT: input should be 'console' or 'json'"),
    ],
)
def test_a_bad_setting_is_named_and_never_repeated(
    environment: pytest.MonkeyPatch, variables: dict[str, str], message: str
) -> None:
    for name, value in variables.items():
        environment.setenv(f"SEGMENTS_{name}", value)
    with pytest.raises(InvalidSettings) as failure:
        load_settings()
    assert str(failure.value).startswith(message)
    assert "hunter2" not in str(failure.value)


def test_secrets_do_not_show_in_the_representation(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SEGMENTS_TOKEN_SECRET", SECRET)
    environment.setenv("SEGMENTS_DATABASE_URL", "postgresql+asyncpg://u:hunter2@h/d")
    environment.setenv("SEGMENTS_REPLICA_URL", "postgresql+asyncpg://u:hunter2@standby/d")
    assert SECRET not in repr(load_settings())
    assert "hunter2" not in repr(load_settings())


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, member in Settings.model_fields.items() if not member.description] == []


def test_webhooks_may_have_several_keys_each_long_enough(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SEGMENTS_WEBHOOK_KEY", f"{'n' * 32}, {'o' * 32}")
    assert load_settings().policy.webhook_keys == (b"n" * 32, b"o" * 32)
    environment.setenv("SEGMENTS_WEBHOOK_KEY", f"{'n' * 32},{'o' * 31}")
    with pytest.raises(InvalidSettings, match="at least 32 bytes"):
        load_settings()


def test_a_default_made_of_a_wrong_setting_is_no_fault_of_its_own(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SEGMENTS_TOKEN_SECRET", "short")
    environment.setenv("SEGMENTS_POOL_SIZE", "none")
    with pytest.raises(InvalidSettings) as failure:
        load_settings()
    assert [line.partition(":")[0] for line in str(failure.value).splitlines()] == [
        "SEGMENTS_TOKEN_SECRET",
        "SEGMENTS_POOL_SIZE",
    ]
