from typing import Any

import pytest

from resolvers.access import Reader
from resolvers.caller import Caller, Scope
from resolvers.explain.visibility import (
    MOST_SEGMENTS,
    _customer_reason,
    _in_no_segment,
    _item_reason,
    _site_reason,
    _status_reason,
    _validity_reason,
    explain_visibility,
)
from resolvers.policy import Policy
from tests.factories.documents import segment as document
from tests.factories.shop import Shop
from tests.resolvers.readers import NOW, reader_of

ROW: dict[str, Any] = {
    "id": "gold",
    "type": "PRODUCT",
    "item_id": "drill",
    "status": "ACTIVE",
    "site_code": "main",
    "valid_from": None,
    "valid_to": None,
}
EARLIER, LATER = NOW.replace(year=2025), NOW.replace(year=2027)


@pytest.mark.parametrize(
    ("row", "item", "text"),
    [
        (ROW, ("PRODUCT", "drill"), "The product drill is in it."),
        (
            {**ROW, "type": "CATEGORY", "item_id": "tools"},
            ("PRODUCT", "drill"),
            "The category tools, which the product drill is in, is in it.",
        ),
        (
            {**ROW, "type": "CATEGORY", "item_id": "saws"},
            ("CATEGORY", "tools"),
            "The category saws, which is below tools, is in it.",
        ),
    ],
)
def test_how_a_segment_leads_to_an_item(row: dict[str, Any], item: tuple[str, str], text: str) -> None:
    assert _item_reason(row, item).text == text


def test_an_item_in_no_segment() -> None:
    assert _in_no_segment("PRODUCT", "drill").text == (
        "The product drill is in no segment: neither by itself nor through one of its categories."
    )


@pytest.mark.parametrize(
    ("entity", "assigned_for", "holds", "text"),
    [
        (None, ["acme"], True, "The customer anna is assigned to it since 2026-02-01 12:00 UTC."),
        ("acme", ["", "globex"], True, "The customer anna is assigned to it since 2026-02-01 12:00 UTC."),
        ("acme", ["globex"], False, "The customer anna is not assigned to it for acme, only for globex."),
        (None, [], False, "The customer anna is not assigned to it."),
    ],
)
def test_the_assignments_of_the_customer(
    entity: str | None, assigned_for: list[str], text: str, *, holds: bool
) -> None:
    caller = Caller("shop", customer_id="anna", legal_entity_id=entity)
    rows = [{"legal_entity_id": name, "created_at": NOW} for name in assigned_for]
    reason = _customer_reason(caller, rows)
    assert (reason.holds, reason.text) == (holds, text)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "holds", "text"),
    [
        (None, None, True, "It is valid now."),
        (NOW, LATER, True, "It is valid now."),
        (LATER, None, False, "It is valid only from 2027-02-01 12:00 UTC on."),
        (EARLIER, NOW, False, "It was valid until 2026-02-01 12:00 UTC."),
    ],
)
def test_the_validity(valid_from: Any, valid_to: Any, text: str, *, holds: bool) -> None:
    reader = reader_of(policy=Policy(enforce_validity=True))
    reason = _validity_reason(reader, {**ROW, "valid_from": valid_from, "valid_to": valid_to})
    assert (reason.holds, reason.text) == (holds, text)


def test_status_and_site() -> None:
    assert (_status_reason(ROW).holds, _status_reason(ROW).text) == (True, "It is active.")
    assert _status_reason({**ROW, "status": "INACTIVE"}).text == "It is inactive."
    reason = _site_reason(ROW, "other")
    assert (reason.holds, reason.text, reason.expected) == (False, "It is on the site main.", "other")


@pytest.mark.parametrize(
    ("item", "shown"),
    [
        (("CATEGORY", "tools"), [("CATEGORY", "c000"), ("CATEGORY", "drills")]),
        (("PRODUCT", "drill"), [("PRODUCT", "drill"), ("CATEGORY", "drills")]),
    ],
)
async def test_a_segment_with_many_ways_to_an_item_counts_once(
    shop: Shop, item: tuple[str, str], shown: list[tuple[str, str]]
) -> None:
    """The limit is one of segments: more ways than it allows hide none of them."""
    numbered = [f"c{number:03}" for number in range(MOST_SEGMENTS + 5)]
    names = ["drills", "saws", *numbered]
    await shop.known_categories({"id": "tools"}, *({"id": name, "parentId": "tools"} for name in names))
    await shop.known_products({"id": "drill", "categoryIds": names})
    await shop.segments(document("a"), document("b"))
    await shop.items(("a", "PRODUCT", "drill"), *(("a", "CATEGORY", name) for name in numbered))
    await shop.items(("b", "CATEGORY", "saws"), ("b", "CATEGORY", "drills"))
    caller = Caller(shop.tenant, scopes=frozenset({Scope.READ}))
    async with shop.database.read() as snapshot:
        explanation = await explain_visibility(Reader(caller, Policy(), snapshot, NOW), "anna", *item)
    assert [reason.seen for reason in explanation.because] == [{"segmentId": "a"}, {"segmentId": "b"}]
    ways = [reason.reasons[0].seen for reason in explanation.because]
    assert [(way["type"], way["itemId"]) for way in ways] == shown
