"""Shops full of random rows around those of `tests.factories.world`."""

from random import Random
from typing import Any

from tests.factories.documents import category, customer, group, legal_entity, product, segment
from tests.factories.shop import Shop
from tests.factories.world import build_world

LANGUAGES = ("en", "DE", "de-ch", "fr", "zh-Hant", "i-klingon")
BLANK = ("", " \t", "\u00a0\u2003")


async def fill_at_random(shop: Shop, random: Random) -> None:
    """The world, and rows of every kind that know each other by chance."""
    await build_world(shop)
    segments = [f"s{number}" for number in range(random.randint(0, 4))]
    customers = [f"c{number}" for number in range(random.randint(1, 4))]
    products = [f"p{number}" for number in range(random.randint(1, 4))]
    categories = [f"k{number}" for number in range(random.randint(1, 4))]
    companies = ["le0", "le1", "acme"]
    await shop.known_legal_entities(legal_entity("le0", name=None, mixins=_attributes(random)))
    await shop.known_customers(
        *(
            customer(one, legalEntityIds=_some(random, companies), mixins=_attributes(random))
            for one in customers
            if random.random() < 0.7
        )
    )
    await shop.known_categories(
        *(category(one, random.choice([None, "store", "nowhere"]), **_category(random)) for one in categories)
    )
    await shop.known_products(
        *(product(one, name=_texts(random), categoryIds=_some(random, categories)) for one in products[1:])
    )
    await shop.segments(*(segment(one, **_segment(random)) for one in segments))
    assigned = {(one, other) for one in (*segments, "gold") for other in _some(random, [*customers, "anna"])}
    await shop.customers(
        *sorted(assigned - {("gold", "anna")}), mixins={"note": {"by": "hand", "n": [1, None]}}
    )
    await shop.customers(
        *sorted((*key, random.choice(companies)) for key in assigned if random.random() < 0.5)
    )
    groups = [f"g{number}" for number in range(3)]
    await shop.known_groups(
        *(
            group(one, *_some(random, [*customers, "anna"]), legalEntityId=random.choice([None, *companies]))
            for one in groups[1:]
        )
    )
    await shop.groups(
        *sorted((one, other) for one in (*segments, "bronze") for other in _some(random, groups))
    )
    kinds = (("PRODUCT", products), ("CATEGORY", categories))
    await shop.items(
        *sorted(
            (one, kind, item)
            for one in (*segments, "silver")
            for kind, ids in kinds
            for item in _some(random, ids)
        )
    )


def _segment(random: Random) -> dict[str, Any]:
    validity = {"from": "2024-02-29T10:00:00.120Z", "to": random.choice(["2025-01-01T00:00:00Z", None])}
    return {
        "name": {**_texts(random), random.choice(LANGUAGES): _text(random)},
        "description": _texts(random) if random.random() < 0.5 else {},
        "siteCode": random.choice(["main", "other", "third"]),
        "status": random.choice(["ACTIVE", "ACTIVE", "INACTIVE"]),
        "validity": random.choice([None, validity]),
        "mixins": _attributes(random),
    }


def _attributes(random: Random) -> dict[str, Any]:
    return random.choice([{}, {"loyalty": {"points": random.randint(0, 200), "deep": [{"a": 1.5}]}}])


def _category(random: Random) -> dict[str, Any]:
    return {
        "name": _texts(random),
        "slug": _texts(random),
        "ecn": _some(random, ["a", "b"]),
        "published": random.choice([True, False, None]),
        "validity": random.choice([None, {"to": "2030-01-01T00:00:00Z"}]),
        "position": random.choice([None, -3, 2**31 - 1]),
    }


def _texts(random: Random) -> dict[str, str]:
    languages = _some(random, LANGUAGES) or ["en"]
    return {language: _text(random) + language for language in languages} | _blank(random)


def _blank(random: Random) -> dict[str, str]:
    return {language: random.choice(BLANK) for language in LANGUAGES if random.random() < 0.2}


def _text(random: Random) -> str:
    return random.choice(["Saw", "säge \U0001f600", "a"])


def _some(random: Random, among: Any) -> list[Any]:
    return [one for one in among if random.random() < 0.5]
