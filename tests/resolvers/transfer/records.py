"""Random records of every kind, in exactly the form in which an export writes them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from models.tables.columns import instant_text

characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.text(characters, max_size=20)
ids = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/"), min_size=1, max_size=8)
customer_ids = ids.filter(lambda value: value not in {"bulk", "search"})
item_ids = ids.filter(lambda value: value != "bulk")
group_ids = customer_ids
segment_ids = st.from_regex(r"[A-Za-z0-9_.:~-]{1,8}", fullmatch=True).filter(
    lambda value: value not in {".", "..", "bulk", "search", "match", "items", "me"}
)
languages = st.sampled_from(["en", "de", "fr", "ar", "de-CH", "zh-Hant-TW"])
localized = st.dictionaries(languages, texts, max_size=3)
names = localized.filter(lambda value: any(text.strip() for text in value.values()))
instants = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(  # noqa: DTZ001
    lambda value: instant_text(value.replace(tzinfo=UTC))
)
fractions = st.floats(-1e12, 1e12).filter(lambda value: not value.is_integer())
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | fractions | texts
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)
mixins = st.dictionaries(texts, st.dictionaries(texts, json_values, max_size=3), max_size=2)
schemas = st.dictionaries(
    texts, st.sampled_from(["https://example.com/a.json", "http://b.example/"]), max_size=2
)


@st.composite
def validities(draw: st.DrawFn) -> dict[str, str]:
    """A window that may be open at either end."""
    ends = sorted(draw(st.lists(instants, min_size=2, max_size=2)))
    window = {"from": ends[0], "to": ends[1]}
    return {name: window[name] for name in draw(st.sets(st.sampled_from(["from", "to"])))}


@st.composite
def stamps(draw: st.DrawFn) -> dict[str, Any]:
    """The `metadata` of a record with a version."""
    return _said(
        version=draw(st.integers(1, 2_000_000_000)),
        createdAt=draw(instants),
        modifiedAt=draw(instants),
        mixins=draw(schemas),
    )


def _said(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, {}, [])}


def _by_id(kind: str, key: st.SearchStrategy[str], **members: st.SearchStrategy[Any]) -> Any:
    """Up to three records of a kind that has an id."""
    record = st.fixed_dictionaries(members).map(lambda drawn: _said(**drawn))
    return st.dictionaries(key, record, max_size=3).map(
        lambda drawn: [{"kind": kind, "id": key, **record} for key, record in drawn.items()]
    )


def _some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def _id_lists(values: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.sets(values, max_size=3).map(sorted)


legal_entities = _by_id("legalEntity", ids, name=_some(texts), mixins=mixins)
customers = _by_id(
    "customer",
    ids,
    firstName=_some(texts),
    lastName=_some(texts),
    email=_some(texts),
    legalEntityIds=_id_lists(ids),
    mixins=mixins,
)
groups = _by_id(
    "group",
    ids,
    name=localized,
    userType=st.sampled_from(["CUSTOMER", "EMPLOYEE"]),
    legalEntityId=_some(ids),
    customerIds=_id_lists(ids),
)
categories = _by_id(
    "category",
    ids,
    parentId=_some(ids),
    code=_some(texts),
    name=localized,
    localizedDescription=localized,
    localizedSlug=localized,
    ecn=st.lists(texts, max_size=2),
    validity=validities(),
    position=_some(st.integers(-(2**31), 2**31 - 1)),
    published=_some(st.booleans()),
)


def _mixin(**filters: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: _as_strategy(value) for name, value in filters.items()}).map(
        lambda drawn: {"mixin": drawn}
    )


def _as_strategy(value: Any) -> st.SearchStrategy[Any]:
    return value if isinstance(value, st.SearchStrategy) else st.just(value)


leaves = st.one_of(
    _mixin(path="shop.turnover", gte=st.integers(0, 3)),
    _mixin(path="shop.lastOrder", withinLast=st.sampled_from(["P30D", "PT12H"])),
    _mixin(path="shop.class", **{"in": st.lists(texts | st.booleans() | st.integers(-2, 2), max_size=3)}),
    st.builds(lambda one: {"firstName": {"eq": one}}, texts),
    st.builds(lambda one: {"legalEntity": {"id": {"eq": one}}}, st.sampled_from(["l1", "l2"])),
    st.builds(lambda one: {"inSegment": one}, segment_ids),
)
wheres = st.recursive(
    leaves,
    lambda inner: (
        st.builds(lambda one: {"not": one}, inner)
        | st.builds(
            lambda parts, join: {join: parts},
            st.lists(inner, min_size=1, max_size=3),
            st.sampled_from(["and", "or"]),
        )
    ),
    max_leaves=4,
)
queries = st.sampled_from(
    ["mixins.shop.turnover:>=2", 'firstName:"ä"', "id:exists", "mixins.shop.lastOrder:>now-P1D"]
)
rules = st.builds(
    lambda condition, subject, zone: {**condition, "subject": subject, "timeZone": zone},
    wheres.map(lambda where: {"where": where}) | queries.map(lambda q: {"q": q}),
    st.sampled_from(["CUSTOMER", "CUSTOMER_OF_LEGAL_ENTITY"]),
    st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Auckland"]),
)
paused_rules = rules.map(lambda rule: {**rule, "paused": True})
products = _by_id("product", ids, code=_some(texts), name=localized, categoryIds=_id_lists(ids))
segments = _by_id(
    "segment",
    segment_ids,
    name=names,
    description=localized,
    validity=validities(),
    status=st.sampled_from(["ACTIVE", "INACTIVE"]),
    siteCode=texts.filter(lambda value: value.strip() != ""),
    mixins=mixins,
    metadata=stamps(),
    rule=_some(paused_rules),
)


def _assignments(
    kind: str, key: Callable[[str], st.SearchStrategy[dict[str, Any]]], segment_ids: list[str]
) -> st.SearchStrategy[list[dict[str, Any]]]:
    records = st.sampled_from(segment_ids).flatmap(
        lambda segment_id: st.builds(
            lambda key, mixins, metadata: {"kind": kind, **key, **_said(mixins=mixins, metadata=metadata)},
            key(segment_id),
            mixins,
            stamps(),
        )
    )
    return st.lists(records, max_size=4, unique_by=sort_key)


def _customer_keys(segment_id: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda customer_id, legal_entity_id, assignment_type: _said(
            segmentId=segment_id,
            customerId=customer_id,
            legalEntityId=legal_entity_id,
            assignmentType=assignment_type,
        ),
        customer_ids,
        _some(ids),
        st.sampled_from(["MANUAL", "AUTOMATIC"]),
    )


def _item_keys(segment_id: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda item_type, item_id: {"segmentId": segment_id, "type": item_type, "itemId": item_id},
        st.sampled_from(["PRODUCT", "CATEGORY"]),
        item_ids,
    )


def _group_keys(segment_id: str) -> st.SearchStrategy[dict[str, Any]]:
    return group_ids.map(lambda group_id: {"segmentId": segment_id, "groupId": group_id})


def _exclusions(segment_ids: list[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    records = st.builds(
        lambda segment_id, customer_id, legal_entity_id, created_at: _said(
            kind="customerExclusion",
            segmentId=segment_id,
            customerId=customer_id,
            legalEntityId=legal_entity_id,
            metadata={"createdAt": created_at},
        ),
        st.sampled_from(segment_ids),
        customer_ids,
        _some(ids),
        instants,
    )
    return st.lists(records, max_size=3, unique_by=sort_key)


KINDS = (
    *("legalEntity", "customer", "group", "category", "product", "segment"),
    *("customerExclusion", "customerAssignment", "itemAssignment", "groupAssignment"),
)


def sort_key(record: dict[str, Any]) -> tuple[int, str, str, str]:
    """Where an export writes the record: by kind, then by key."""
    kind = KINDS.index(record["kind"])
    match record["kind"]:
        case "customerAssignment" | "customerExclusion":
            return kind, record["segmentId"], record["customerId"], record.get("legalEntityId", "")
        case "itemAssignment":
            return kind, record["segmentId"], record["type"], record["itemId"]
        case "groupAssignment":
            return kind, record["segmentId"], record["groupId"], ""
        case _:
            return kind, record["id"], "", ""


@st.composite
def tenants(draw: st.DrawFn) -> list[dict[str, Any]]:
    """All records of a tenant, in the order of an export."""
    drawn = [draw(each) for each in (legal_entities, customers, groups, categories, products, segments)]
    known = [record["id"] for record in drawn[-1]]
    if known:
        assigned = draw(_assignments("customerAssignment", _customer_keys, known))
        keys = {sort_key(one)[1:] for one in assigned}
        drawn.append(assigned)
        drawn.append([one for one in draw(_exclusions(known)) if sort_key(one)[1:] not in keys])
        drawn.append(draw(_assignments("itemAssignment", _item_keys, known)))
        employees = {record["id"] for record in drawn[2] if record["userType"] == "EMPLOYEE"}
        of_groups = draw(_assignments("groupAssignment", _group_keys, known))
        drawn.append([record for record in of_groups if record["groupId"] not in employees])
    return sorted((record for records in drawn for record in records), key=sort_key)
