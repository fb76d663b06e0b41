"""Findings on environment variables."""

import os

import pytest
from pydantic import SecretStr

from gateway.doctor.environment import check_keys, settings_or_faults
from gateway.doctor.finding import Finding, State
from gateway.settings.settings import NO_KEY, OAuthClient, Settings

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process with one setting and two misspelt ones."""
    for name in [name for name in os.environ if name.startswith("SEGMENTS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SEGMENTS_TOKEN_SECRET", SECRET)
    monkeypatch.setenv("SEGMENTS_DATABSE_URL", "sqlite+aiosqlite:///x")
    monkeypatch.setenv("SEGMENTS_FLUX", "1")


def test_names_what_is_set_and_suggests_the_setting_that_was_meant() -> None:
    settings, findings = settings_or_faults()
    assert settings is not None
    assert findings == [
        Finding("settings", State.OK, "1 set: SEGMENTS_TOKEN_SECRET"),
        Finding(
            "settings",
            State.WARNING,
            "SEGMENTS_DATABSE_URL is no setting, and has no effect",
            "did you mean SEGMENTS_DATABASE_URL?",
        ),
        Finding(
            "settings",
            State.WARNING,
            "SEGMENTS_FLUX is no setting, and has no effect",
            "remove it; docs/settings.md lists all settings",
        ),
    ]


def test_each_wrong_variable_is_a_fault_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGMENTS_TOKEN_SECRET", "hunter2")
    monkeypatch.setenv("SEGMENTS_POOL_SIZE", "none")
    settings, findings = settings_or_faults()
    assert settings is None
    faults = [finding for finding in findings if finding.state is State.FAULT]
    assert sorted(finding.text.partition(":")[0] for finding in faults) == [
        "SEGMENTS_POOL_SIZE",
        "SEGMENTS_TOKEN_SECRET",
    ]
    assert "hunter2" not in repr(findings)


def test_without_any_key_the_gateway_does_not_start() -> None:
    [first, feed, webhooks] = check_keys(Settings(token_secret=None, jwks_url=None))
    assert (first.state, f"nothing says which tokens to trust: {first.remedy}") == (State.FAULT, NO_KEY)
    assert (feed.state, feed.text) == (State.WARNING, "the change feed is off: no key seals its cursors")
    assert webhooks == Finding("keys", State.OK, "webhooks are off, as SEGMENTS_WEBHOOK_KEY is not set")


def test_a_short_secret_of_a_client_is_a_warning() -> None:
    client = OAuthClient(
        client_id="c", client_secret=SecretStr("short"), tenant="acme", scopes=("segment_read",)
    )
    secret = SecretStr(SECRET)
    findings = check_keys(Settings(token_secret=secret, webhook_key=secret, oauth_clients=(client,)))
    assert [(finding.state, finding.text) for finding in findings] == [
        (State.OK, "SEGMENTS_TOKEN_SECRET signs and verifies tokens"),
        (State.WARNING, "the secret of the OAuth client c is short"),
    ]
