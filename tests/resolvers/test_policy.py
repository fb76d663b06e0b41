from resolvers.policy import Policy


def test_secrets_are_not_shown() -> None:
    text = repr(Policy(cursor_secret=b"hidden", webhook_keys=(b"hidden",)))
    assert "hidden" not in text
    assert "default_language='en'" in text


def test_statements_differ_only_by_what_they_depend_on() -> None:
    assert Policy(cursor_secret=b"a", rules=False, longest_wait=1, webhooks_allow_private=True) == Policy()
    assert Policy(enforce_validity=True) != Policy()
    assert hash(Policy(webhook_keys=(b"a",))) == hash(Policy())
