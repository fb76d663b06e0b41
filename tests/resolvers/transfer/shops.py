"""Random shops with rules, as data files."""

from typing import Any

from hypothesis import strategies as st

from tests.resolvers.transfer.data_files import STAMP, vip
from tests.resolvers.transfer.records import rules


def customer(id_: str, turnover: int, *legal_entity_ids: str, **shop: Any) -> dict[str, Any]:
    links = {"legalEntityIds": sorted(legal_entity_ids)} if legal_entity_ids else {}
    return {"kind": "customer", "id": id_, **links, "mixins": {"shop": {"turnover": turnover, **shop}}}


def _customers(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [
        customer(
            id_,
            draw(st.integers(0, 3)),
            *draw(st.sets(st.sampled_from(["l1", "l2"]))),
            lastOrder=draw(st.sampled_from(["2026-01-31", "2026-01-10", "2025-01-01", "x"])),
        )
        for id_ in "abcd"
    ]


@st.composite
def shops(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Customers, segments with rules, and what clients and earlier days have decided about them."""
    segments = [vip(id=id_, rule=draw(rules)) for id_ in draw(st.sets(st.sampled_from("pqr"), min_size=1))]
    keys = st.tuples(
        st.sampled_from([one["id"] for one in segments]),
        st.sampled_from("abcdx"),
        st.sampled_from(["", "l1"]),
    )
    kinds = ["customerExclusion", "customerAssignment"]
    decided = [
        {
            "kind": draw(st.sampled_from(kinds)),
            "segmentId": segment_id,
            "customerId": customer_id,
            **({"legalEntityId": legal_entity_id} if legal_entity_id else {}),
            "metadata": STAMP,
        }
        for segment_id, customer_id, legal_entity_id in draw(st.sets(keys, max_size=8))
    ]
    for one in decided:
        if one["kind"] == "customerAssignment":
            one |= {
                "assignmentType": draw(st.sampled_from(["MANUAL", "AUTOMATIC"])),
                "mixins": {"a": {"n": 1}},
            }
    return [*_customers(draw), *segments, *decided]
