"""Headers that are long, new each time, or offer another protocol."""

import random
from collections.abc import Mapping, Sequence
from typing import Final

from benchmarks.hostile.attack import Attack, graphql, rest, word
from benchmarks.workload.call import Call

LONGEST: Final = 55_000
UPGRADE: Final[Mapping[str, str]] = {
    "connection": "Upgrade, HTTP2-Settings",
    "upgrade": "h2c",
    "http2-settings": "AAMAAABkAAQAAP__",
}
BY_NAME: Final = "{ segments(orderBy: [{field: NAME}], first: 20) { nodes { id name } } }"


def _languages(chance: random.Random) -> Mapping[str, str]:
    tags: list[str] = []
    while sum(map(len, tags)) + len(tags) < LONGEST:
        tags.append(f"{word(chance, 3)}-{word(chance, 4)}-{word(chance, 2)};q=0.{chance.randrange(1, 10)}")
    return {"accept-language": ",".join(tags)}


def _languages_of_a_list(chance: random.Random) -> Call:
    return graphql(BY_NAME, headers=_languages(chance))


def _languages_in_rest(chance: random.Random) -> Call:
    path = "/customer-segment/bigshop/segments?sort=name&pageSize=20"
    return Call("GET", path, _languages(chance))


def _languages_alone(chance: random.Random) -> Call:
    return graphql("{ __typename }", headers=_languages(chance))


def _few_languages(chance: random.Random) -> Call:
    tags = ",".join(f"{word(chance, 3)}-{word(chance, 2)}" for _ in range(10))
    return graphql(BY_NAME, headers={"accept-language": tags})


def _media_types(chance: random.Random) -> Call:
    types = ",".join(f"{word(chance, 5)}/{word(chance, 5)}" for _ in range(LONGEST // 12))
    return graphql("{ __typename }", headers={"accept": types})


def _content_languages(chance: random.Random) -> Call:
    tags = ",".join(word(chance, 8) for _ in range(LONGEST // 9))
    body = b'{"name": {"en": "x"}, "siteCode": "main"}'
    return rest("PUT", "/attacked", body, {"content-language": tags})


def _upgrade(_chance: random.Random) -> Call:
    call = graphql("{ __typename }")
    return Call(call.method, call.path, {**call.headers, **UPGRADE}, call.body)


def _token(chance: random.Random) -> Call:
    token = ".".join(word(chance, 18_000) for _ in range(3))
    return graphql("{ __typename }", headers={"authorization": f"Bearer {token}"})


def _entity_tags(chance: random.Random) -> Call:
    tags = ",".join(f'"{word(chance, 5)}"' for _ in range(LONGEST // 9))
    return rest("GET", "/attacked", headers={"if-none-match": tags})


ATTACKS: Final[Sequence[Attack]] = (
    Attack("55 KB of languages, sorted by name", "customer", _languages_of_a_list),
    Attack("55 KB of languages in REST", "customer", _languages_in_rest),
    Attack("55 KB of languages without a token", "anonymous", _languages_alone),
    Attack("ten new languages, sorted by name", "customer", _few_languages),
    Attack("55 KB of media types", "anonymous", _media_types),
    Attack("55 KB of content languages", "tenant", _content_languages),
    Attack("tokens of 54 KB", "anonymous", _token),
    Attack("55 KB of entity tags", "tenant", _entity_tags),
    Attack("offer of an upgrade", "anonymous", _upgrade),
)
