"""REST bodies near the largest that are allowed."""

import random
from collections.abc import Sequence
from typing import Final

from benchmarks.hostile.attack import Attack, rest, word
from benchmarks.workload.call import Call

LARGEST: Final = 9_800_000


def _numbers(chance: random.Random) -> bytes:
    number = str(chance.randrange(10, 100)).encode()
    return b"[" + b",".join([number] * (LARGEST // 3)) + b"]"


def _mixins(chance: random.Random) -> Call:
    body = b'{"name": {"en": "x"}, "siteCode": "main", "mixins": {"a": {"n": ' + _numbers(chance) + b"}}}"
    return rest("PUT", "/attacked", body)


def _patch(chance: random.Random) -> Call:
    body = b'[{"op": "add", "path": "/mixins/a", "value": {"n": ' + _numbers(chance) + b"}}]"
    return rest("PATCH", "/attacked", body)


def _match(chance: random.Random) -> Call:
    item = b'{"id": "%s"}' % word(chance, 2).encode()
    items = b",".join([item] * (LARGEST // (len(item) + 1)))
    body = b'{"siteCode": "main", "segmentIds": ["attacked"], "items": [' + items + b"]}"
    return rest("POST", "/match", body)


def _search(chance: random.Random) -> Call:
    return rest("POST", "/search", b'{"q": "id:%s%s"}' % (word(chance).encode(), b"x" * LARGEST))


def _depth(_chance: random.Random) -> Call:
    return rest("PUT", "/attacked", b'{"mixins": ' + b"[" * 4_000_000 + b"]" * 4_000_000 + b"}")


def _escapes(_chance: random.Random) -> Call:
    return rest("PUT", "/attacked", b'{"name": {"en": "' + b'\\"' * (LARGEST // 2) + b'"}}')


def _guess(chance: random.Random) -> Call:
    body = f"grant_type=client_credentials&client_id=shop&client_secret={word(chance)}".encode()
    return Call("POST", "/oauth/token", {"content-type": "application/x-www-form-urlencoded"}, body)


ATTACKS: Final[Sequence[Attack]] = (
    Attack("mixins with three million numbers", "tenant", _mixins),
    Attack("patch with three million numbers", "tenant", _patch),
    Attack("match of 800,000 items", "tenant", _match),
    Attack("search of 9.8 MB", "tenant", _search),
    Attack("five million escaped quotation marks", "tenant", _escapes),
    Attack("guesses of a client secret", "anonymous", _guess),
    Attack("JSON of four million levels", "tenant", _depth),
)
