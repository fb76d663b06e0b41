"""How a history begins: with a shop in which every rule has something to show, and some chance."""

from functools import partial
from operator import methodcaller
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from tests.parity import strategies as some
from tests.parity.machine import APIS, ParityMachine, check
from tests.parity.service import CustomerKey, Document, Who

SERVICE: Final = Who("M")
KNOWN: Final[tuple[tuple[str, Document], ...]] = (
    ("customers", {"id": "anna", "legalEntityIds": ["acme"]}),
    ("customers", {"id": "bob", "legalEntityIds": ["acme", "globex"]}),
    (
        "groups",
        {"id": "club", "userType": "CUSTOMER", "customerIds": ["anna", "c d+é"], "name": {"en": "Gold"}},
    ),
    ("groups", {"id": "firm", "userType": "CUSTOMER", "customerIds": ["bob"], "legalEntityId": "acme"}),
    ("categories", {"id": "store", "position": 1, "name": {"en": "Gold"}}),
    ("categories", {"id": "tools", "parentId": "store", "name": {"de": "Silber", "fr": "Or fin"}}),
    ("categories", {"id": "saws", "parentId": "store", "position": 0}),
    ("products", {"id": "drill", "categoryIds": ["saws"]}),
    ("products", {"id": "hat", "categoryIds": ["wear"]}),
)
CUSTOMERS: Final[tuple[tuple[str, CustomerKey], ...]] = (
    ("s1", ("anna", None)),
    ("s2", ("anna", "globex")),
    ("s3", ("bob", "acme")),
    ("~a:b.C-", ("bob", "globex")),
    ("s1", ("c d+é", "acme")),
)
ITEMS: Final[tuple[tuple[str, tuple[str, str]], ...]] = (
    ("s1", ("CATEGORY", "tools")),
    ("s2", ("CATEGORY", "saws")),
    ("s3", ("CATEGORY", "wear")),
    ("~a:b.C-", ("CATEGORY", "store")),
    ("s1", ("PRODUCT", "drill")),
    ("s2", ("PRODUCT", "ghost")),
)


GROUPS: Final[tuple[tuple[str, str], ...]] = (("s3", "club"), ("s2", "firm"), ("s1", "firm"))


class Opening(ParityMachine):
    """Both tenants are filled, differently; where a draft is invalid, what should follow is refused."""

    @initialize(api=APIS, shops=st.tuples(some.shops, some.shops))
    def fill(self, *, api: str, shops: tuple[some.Shop, some.Shop]) -> None:
        for at, (records, segments, customers, items) in enumerate(shops):
            tenant, do = self.tenants[at], partial(self.do, at, api)
            for kind, record in (*KNOWN, *records):
                check("effects", tenant.graph.know(kind, [record]), tenant.model.know(kind, [record]))
            documents = [{**document, "id": segment_id} for segment_id, document in segments.items()]
            do(methodcaller("create_segments", SERVICE, documents))
            for segment_id, key in (*CUSTOMERS, *customers):
                do(methodcaller("assign_customer", SERVICE, segment_id, key, {}))
            for segment_id, item in (*ITEMS, *items):
                do(methodcaller("assign_item", SERVICE, segment_id, *item, {}))
            for segment_id, group_id in GROUPS:
                do(methodcaller("assign_group", SERVICE, segment_id, group_id, {}))
            tenant.check_state()
