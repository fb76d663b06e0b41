"""Rules that the operator configures."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Policy:
    """The configured rules of the process.

    The settings of the same names describe them.
    """

    default_language: str = "en"
    languages: tuple[str, ...] = ()
    """Languages that texts may be written in; empty means any well-formed BCP 47 tag."""
    enforce_validity: bool = False
    """Active means ACTIVE and inside `validity`, not ACTIVE alone (behaviour D28)."""
    enforce_references: bool = False
    """Refuse to assign customers, legal entities and items that are not known (behaviour D38)."""
    bulk_index_base: int = 1
    """The index of the first element in a bulk response (behaviour D45)."""
    cursor_secret: bytes = field(default=b"", repr=False, compare=False)
    """Encrypts the cursors of changes; without it there are no cursors. No statement depends on it."""
    webhook_keys: tuple[bytes, ...] = field(default=(), repr=False, compare=False)
    """The first key encrypts the secrets of webhooks, each decrypts them; without keys there are no
    webhooks.
    """
    webhooks_allow_private: bool = field(default=False, compare=False)
    """Let webhooks have http URLs and inner addresses, for development."""
    rules: bool = field(default=True, compare=False)
    """Apply the rules of segments; without it their members do not change."""
    longest_wait: float = field(default=30.0, compare=False)
    """Seconds that a request waits for changes at most."""
