"""A small shop with one of everything, on which visibility and filters are shown.

Customers and the segments they are in, on behalf of a legal entity where one is written:

    anna   knows no legal entity     gold, sleeping, expired
    bob    may act for acme          gold, silver (acme), bronze (globex)
    carla  may act for all three     gold, silver (acme), bronze (globex), sleeping and future (initech)
    dora   is not known              silver (acme), bronze (globex)
    eve    is not known              silver (acme)
    fred   is not known              by groups: gold, silver (acme), sleeping
"""

from typing import Any

from tests.factories.documents import category, customer, group, legal_entity, product, segment
from tests.factories.shop import Shop

SEGMENTS = (
    segment(
        "gold",
        name={"en": "Gold", "de": "Gold auf Deutsch", "fr": "Or"},
        description={"en": "The best", "de": "Die besten"},
        mixins={"loyalty": {"tier": "GOLD", "points": 100}},
        metadata={"mixins": {"loyalty": "https://example.com/loyalty.json"}},
    ),
    segment("silver", name={"en": "Silver"}, mixins={"loyalty": {"tier": "SILVER", "points": 50}}),
    segment("bronze", name={"de": "Bronze"}, siteCode="other"),
    segment("sleeping", name={"en": "Sleeping"}, status="INACTIVE"),
    segment("expired", name={"en": "Expired"}, validity={"to": "2020-01-01T00:00:00Z"}),
    segment("future", name={"en": "Future"}, validity={"from": "2999-01-01T00:00:00Z"}),
    segment("empty", name={"en": "Empty"}, siteCode="other"),
)
COMPANIES: dict[str, dict[str, Any]] = {
    "acme": {"company": {"country": "DE", "since": "2019-03-01"}},
    "globex": {"company": {"country": "FR"}},
    "initech": {},
}
CUSTOMER_KEYS: tuple[tuple[str, str] | tuple[str, str, str], ...] = (
    ("gold", "anna"),
    ("sleeping", "anna"),
    ("expired", "anna"),
    ("gold", "bob"),
    ("silver", "bob", "acme"),
    ("bronze", "bob", "globex"),
    ("gold", "carla"),
    ("silver", "carla", "acme"),
    ("bronze", "carla", "globex"),
    ("sleeping", "carla", "initech"),
    ("future", "carla", "initech"),
    ("silver", "dora", "acme"),
    ("bronze", "dora", "globex"),
    ("silver", "eve", "acme"),
)
GROUPS = (
    group("club", "fred", name={"en": "Club", "de": "Verein"}),
    group("firm", "fred", legalEntityId="acme"),
    group("readers", "anna"),
    group("staff", "anna", "fred", userType="EMPLOYEE"),
)
GROUP_KEYS = (("gold", "club"), ("silver", "firm"), ("sleeping", "club"), ("silver", "nobodys"))
KEYS_BY_GROUP = (("gold", "fred"), ("silver", "fred", "acme"), ("sleeping", "fred"))
"""What the assignments of groups count as."""
ITEM_KEYS = (
    ("gold", "PRODUCT", "drill"),
    ("gold", "CATEGORY", "saws"),
    ("silver", "PRODUCT", "ghost"),
    ("silver", "CATEGORY", "hats"),
    ("bronze", "CATEGORY", "mystery"),
    ("bronze", "CATEGORY", "orphan"),
    ("bronze", "CATEGORY", "saws"),
    ("sleeping", "PRODUCT", "hat"),
    ("sleeping", "CATEGORY", "hammers"),
    ("expired", "PRODUCT", "hat"),
    ("future", "PRODUCT", "chainsaw"),
)


async def build_world(shop: Shop) -> None:
    """Fill the shop's tenant with all of it."""
    await shop.known_legal_entities(*(legal_entity(one, mixins=mixins) for one, mixins in COMPANIES.items()))
    await shop.known_customers(
        customer("anna", lastName="Archer", mixins={"shop": {"turnover": 10.5, "lastOrder": "2026-01-31"}}),
        customer("bob", legalEntityIds=["acme"]),
        customer(
            "carla",
            legalEntityIds=["acme", "globex", "initech"],
            mixins={"shop": {"turnover": 2000, "lastOrder": "2026-05-01"}},
        ),
    )
    await shop.known_categories(
        category("store", position=1),
        category("tools", "store", position=2),
        category("saws", "tools", position=1, published=True, code="SAWS"),
        category("hammers", "tools"),
        category("wear", position=0),
        category("hats", "wear", published=False),
        category("orphan", "gone"),
    )
    await shop.known_products(
        product("drill", categoryIds=["tools"]),
        product("chainsaw", categoryIds=["saws"]),
        product("hat", categoryIds=["hats"]),
    )
    await shop.segments(*SEGMENTS)
    await shop.known_groups(*GROUPS)
    await shop.customers(*CUSTOMER_KEYS)
    await shop.groups(*GROUP_KEYS)
    await shop.items(*ITEM_KEYS)
