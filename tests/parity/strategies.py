"""What may happen in a small shop: few ids, so that histories meet themselves."""

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.parity.filtering import Clause
from tests.parity.graph_documents import CUSTOMER_ORDERS, GROUP_ORDERS, ITEM_ORDERS, SEGMENT_ORDERS
from tests.parity.language import FALLBACKS, SPELLINGS
from tests.parity.service import Ask, CustomerKey, Document, ItemsAsk, Sort, Who

SEGMENT_IDS: Final = ("s1", "s2", "s3", "~a:b.C-")
CUSTOMER_IDS: Final = ("anna", "bob", "c d+é")
LEGAL_ENTITY_IDS: Final = ("acme", "globex")
GROUP_IDS: Final = ("club", "firm", "staff")
PRODUCT_IDS: Final = ("drill", "hat")
CATEGORY_IDS: Final = ("store", "tools", "saws", "wear")
SITES: Final = ("main", "other")
INSTANTS: Final = ("2020-01-01T00:00:00.000Z", "2025-06-30T12:00:00.500Z", "2999-12-31T23:59:59.999Z")


def _mostly(usual: SearchStrategy[Any], rare: SearchStrategy[Any], times: int = 8) -> SearchStrategy[Any]:
    return st.integers(0, times).flatmap(lambda number: usual if number else rare)


def _members(**members: SearchStrategy[Any]) -> SearchStrategy[dict[str, Any]]:
    """A document with any of the members."""
    return st.fixed_dictionaries({}, optional=members)


segment_ids = st.sampled_from(SEGMENT_IDS)
customer_ids = st.sampled_from(CUSTOMER_IDS)
legal_entities = st.sampled_from((None, *LEGAL_ENTITY_IDS))
group_ids = st.sampled_from(GROUP_IDS)
item_kinds = st.sampled_from(("PRODUCT", "CATEGORY"))
languages = st.sampled_from(tuple(FALLBACKS))
sites = st.sampled_from(SITES)
customer_keys: SearchStrategy[CustomerKey] = st.tuples(customer_ids, legal_entities)


def item_ids(kind: str) -> SearchStrategy[str]:
    """Of either kind, and one that is never known."""
    return st.sampled_from((*(PRODUCT_IDS if kind == "PRODUCT" else CATEGORY_IDS), "ghost"))


items: SearchStrategy[tuple[str, str]] = item_kinds.flatmap(
    lambda kind: st.tuples(st.just(kind), item_ids(kind))
)
"""A kind of item, and one of it."""

readers: SearchStrategy[Who] = st.one_of(
    st.just(Who("R")),
    st.just(Who("RM")),
    st.builds(Who, st.just("O"), customer_ids, legal_entities),
    st.builds(Who, st.just("O"), customer_ids),
    st.builds(Who, st.just("RO"), customer_ids, legal_entities),
)
refused_readers = st.sampled_from((Who("M"), Who("O"), Who(""), Who("M", "anna")))
all_readers = _mostly(readers, refused_readers, 12)
managers = _mostly(
    st.sampled_from((Who("M"), Who("RM"), Who("MO", "anna"))),
    st.sampled_from((Who("R"), Who("O", "anna"), Who("RO", "bob"), Who(""))),
    15,
)

words = st.sampled_from(("Gold", "Silber", "Or fin", "gold"))
words_or_blanks = words | st.sampled_from(("", " \t", "\u00a0\u2003"))


def _each_language_once(texts: dict[str, str]) -> dict[str, str]:
    """The same texts, without a second one in the same language."""
    first = {tag.lower(): tag for tag in reversed(texts)}
    return {tag: text for tag, text in texts.items() if first[tag.lower()] == tag}


texts = st.dictionaries(st.sampled_from(SPELLINGS), words_or_blanks, max_size=4).map(_each_language_once)


@st.composite
def names(draw: st.DrawFn) -> dict[str, str]:
    """Texts of which at least one is not blank."""
    tag, word = draw(st.sampled_from(SPELLINGS)), draw(words)
    others = {one: text for one, text in draw(texts).items() if one.lower() != tag.lower()}
    return {**others, tag: word}


loyalty = _members(tier=st.sampled_from(("GOLD", "20")), points=st.sampled_from((20, 100)), vip=st.booleans())
mixins = _members(loyalty=loyalty, other=st.just({"list": [1, None, {"deep": "x"}]}))
schemas = st.just({"loyalty": "https://example.com/loyalty.json"})
validities = st.sampled_from(
    [
        {},
        {"from": INSTANTS[0]},
        {"to": INSTANTS[1]},
        {"from": INSTANTS[2]},
        {"from": INSTANTS[0], "to": INSTANTS[2]},
        {"from": INSTANTS[1], "to": INSTANTS[1]},
    ]
)
statuses = st.sampled_from(("ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "INACTIVE", None))
FLAWS: Final[tuple[Document, ...]] = (
    {"name": {}},
    {"name": {"en": " \t"}},
    {"name": {"it": "Oro"}},
    {"name": {"en": "Gold", "EN": "Gold"}},
    {"name": {"de": "", "fr": "\u2003\n"}},
    {"siteCode": " "},
    {"description": {"en": "ok", "xx": "no"}},
    {"validity": {"from": INSTANTS[2], "to": INSTANTS[0]}},
    {"mixins": {"loyalty": 1}},
    {"metadata": {"mixins": {"loyalty": "loyalty.json"}}},
)


@st.composite
def segments(draw: st.DrawFn) -> dict[str, Any]:
    """A segment's document, now and then an invalid one."""
    members = _members(description=texts, validity=validities, mixins=mixins)
    document = {"name": draw(names()), "siteCode": draw(sites), "status": draw(statuses), **draw(members)}
    if draw(st.integers(0, 3)) == 0:
        document["metadata"] = {"mixins": draw(schemas)}
    return document | draw(st.sampled_from(({},) * 4 * len(FLAWS) + FLAWS))


contents: SearchStrategy[Document] = _mostly(
    _members(mixins=mixins, metadata=_members(mixins=schemas)), st.sampled_from(FLAWS[-2:])
)
"""What is said of an assignment."""
forces = st.sampled_from((False, False, False, False, False, True))
"""Seldom, as what is gone takes many steps to come back."""
versions = st.sampled_from(("any", "any", "current", "stale"))
"""What a writer says to have seen."""


def _operation(op: str, path: str, value: Any = ...) -> Document:
    return {"op": op, "path": path} | ({} if value is ... else {"value": value})


OPERATIONS: Final = (
    _operation("replace", "/status", "ACTIVE"),
    _operation("replace", "/status", "INACTIVE"),
    _operation("replace", "/status", "active"),
    _operation("remove", "/status"),
    _operation("replace", "/siteCode", "other"),
    _operation("add", "/name/de", "Silber"),
    _operation("replace", "/name/de", "Gold"),
    _operation("replace", "/name/DE", "Silber"),
    _operation("add", "/name/FR-ch", " "),
    _operation("remove", "/name/Fr-CH"),
    _operation("replace", "/name", {"DE": "Silber", "en": ""}),
    _operation("add", "/name", {"fr": "Or fin", "FR": "Or fin"}),
    _operation("replace", "/description/EN", "\t"),
    _operation("remove", "/name/en"),
    _operation("remove", "/name"),
    _operation("add", "/name/it", "Oro"),
    _operation("add", "/description", {"fr": "Or fin"}),
    _operation("add", "/description/en", "Gold"),
    _operation("replace", "/description/en", None),
    _operation("add", "/description", None),
    _operation("add", "/validity/to", INSTANTS[1]),
    _operation("add", "/validity/from", INSTANTS[2]),
    _operation("remove", "/validity"),
    _operation("add", "/mixins/loyalty", {"points": 100}),
    _operation("add", "/mixins/loyalty/points", 20),
    _operation("replace", "/mixins/loyalty/tier", None),
    _operation("remove", "/mixins/other/list"),
    _operation("add", "/mixins/other", {"list": ["a"]}),
    _operation("add", "/mixins/other/list/0", {"deep": True}),
    _operation("add", "/mixins/other/list/-", None),
    _operation("add", "/mixins/other/list/4", "beyond"),
    _operation("replace", "/mixins/other/list/1", [1]),
    _operation("replace", "/mixins/other/list/-", 1),
    _operation("replace", "/mixins/other/list/00", 1),
    _operation("remove", "/mixins/other/list/2"),
    _operation("add", "/mixins/other/list/2/deep", "y"),
    _operation("add", "/mixins/other/a~1b~0c", 2.0),
    _operation("replace", "/mixins/other/a~1b~0c", 1.5),
    _operation("add", "/mixins/loyalty", 1),
    _operation("add", "/metadata/mixins/loyalty", "https://example.com/2.json"),
    _operation("remove", "/metadata/mixins"),
    _operation("replace", "/id", "s2"),
    _operation("replace", "/metadata/version", 1),
)
operations = st.lists(st.sampled_from(OPERATIONS), max_size=3)


def _is(path: str, *values: Any) -> SearchStrategy[Clause]:
    return st.builds(Clause, st.just(path), st.just("is"), st.sampled_from(values))


def _among(path: str, *values: Any) -> SearchStrategy[Clause]:
    some = st.lists(st.sampled_from(values), min_size=1, max_size=3)
    return st.builds(Clause, st.just(path), st.just("in"), some.map(tuple))


def _there(*paths: str) -> SearchStrategy[Clause]:
    return st.builds(Clause, st.sampled_from(paths), st.sampled_from(("missing", "exists")))


def _contains(*paths: str) -> SearchStrategy[Clause]:
    parts = st.sampled_from(("o", "Gold", "ilb", "an"))
    return st.builds(Clause, st.sampled_from(paths), st.just("contains"), parts)


def _compared(path: str, *values: Any) -> SearchStrategy[Clause]:
    tests = st.sampled_from(("<", "<=", ">", ">="))
    return st.builds(Clause, st.just(path), tests, st.sampled_from(values))


OF_ALL: Final = (
    _compared("metadata.version", 1, 2, 3),
    _is("metadata.version", 1, 2),
    _is("mixins.loyalty.tier", "GOLD", "20"),
    _is("mixins.loyalty.vip", True, False),
    _there("mixins.loyalty", "mixins.loyalty.points"),
)
segment_clauses = st.one_of(
    _is("status", "ACTIVE", "INACTIVE"),
    _is("siteCode", *SITES),
    _among("id", *SEGMENT_IDS),
    _is("name", "Gold", "Or fin"),
    _is("name.de", "Gold", "Silber"),
    _is("name.FR-ch", "Gold", "Or fin", " \t"),
    _is("name", "", "Silber"),
    _contains("name", "name.en", "description", "siteCode"),
    _there(
        "name",
        "name.fr",
        "name.DE",
        "description.FR",
        "description",
        "description.en",
        "validity.from",
        "validity.to",
    ),
    _compared("validity.to", *INSTANTS),
    _compared("mixins.loyalty.points", 20, 100),
    *OF_ALL,
)
customer_clauses = st.one_of(
    _among("customer.id", *CUSTOMER_IDS),
    _is("legalEntity.id", *LEGAL_ENTITY_IDS),
    _there("legalEntity.id", "customer.email", "customer.lastName", "legalEntity.name"),
    _contains("customer.email", "customer.lastName"),
    _is("assignmentType", "MANUAL", "AUTOMATIC"),
    *OF_ALL,
)
item_clauses = st.one_of(
    _is("type", "PRODUCT", "CATEGORY"),
    _among("segmentId", *SEGMENT_IDS),
    _among("item.id", *PRODUCT_IDS, *CATEGORY_IDS),
    _contains("item.name.en", "item.name", "item.code"),
    _there("item.name", "item.name.de", "item.name.EN", "item.code"),
    *OF_ALL,
)


group_clauses = st.one_of(
    _among("segmentId", *SEGMENT_IDS),
    _among("group.id", *GROUP_IDS),
    _contains("group.name.en", "group.name"),
    _there("group.name", "group.name.de"),
    *OF_ALL,
)


def _sorts(paths: Iterable[str]) -> SearchStrategy[Sort]:
    return st.lists(st.tuples(st.sampled_from(tuple(paths)), st.booleans()), max_size=2).map(tuple)


def _asks(clauses: SearchStrategy[Clause], sorts: SearchStrategy[Sort], *fields: str) -> SearchStrategy[Ask]:
    return st.builds(
        Ask,
        clauses=st.lists(clauses, max_size=2).map(tuple),
        sort=sorts,
        size=st.sampled_from((1, 2, 50)),
        number=st.sampled_from((1, 1, 1, 2, 3)),
        language=languages,
        fields=_mostly(st.just(()), st.lists(st.sampled_from(fields), max_size=3).map(tuple), 2),
        by_cursor=st.booleans(),
        from_end=st.sampled_from((False, False, True)),
        by_search=st.booleans(),
    )


segment_sorts, customer_sorts, item_sorts, group_sorts = map(
    _sorts, (SEGMENT_ORDERS, CUSTOMER_ORDERS, ITEM_ORDERS, GROUP_ORDERS)
)
FIELDS_OF_ALL: Final = ("mixins.loyalty", "mixins.loyalty.tier", "metadata", "metadata.version", "nosuch")
segment_asks = _asks(
    segment_clauses, segment_sorts, *FIELDS_OF_ALL, "name", "status", "status.x", "validity.to", "validity"
)
customer_asks = _asks(
    customer_clauses, customer_sorts, *FIELDS_OF_ALL, "customer", "customer.id", "legalEntity.name"
)
item_asks = _asks(item_clauses, item_sorts, *FIELDS_OF_ALL, "segmentId", "type", "item.code", "item.name")
group_asks = _asks(group_clauses, group_sorts, *FIELDS_OF_ALL, "segmentId", "group", "group.name")
which_items = st.one_of(
    st.builds(ItemsAsk, segment_id=segment_ids, legal_entity=legal_entities),
    st.builds(
        ItemsAsk,
        site_code=st.sampled_from((None, *SITES)),
        legal_entity=legal_entities,
        only_active=st.booleans(),
    ),
)


@st.composite
def references(draw: st.DrawFn) -> tuple[str, Document]:
    """A kind of reference data, and a record of it."""
    kind = draw(st.sampled_from(("customers", "legalEntities", "groups", "products", "categories")))
    match kind:
        case "customers":
            companies = st.sets(st.sampled_from(LEGAL_ENTITY_IDS), min_size=1).map(sorted)
            members = _members(
                firstName=words, lastName=words, email=st.just("an@example.com"), legalEntityIds=companies
            )
            return kind, {"id": draw(customer_ids), **draw(members)}
        case "legalEntities":
            return kind, {"id": draw(st.sampled_from(LEGAL_ENTITY_IDS)), **draw(_members(name=words))}
        case "groups":
            members = _members(
                name=names(),
                legalEntityId=st.sampled_from(LEGAL_ENTITY_IDS),
                customerIds=st.sets(customer_ids, min_size=1).map(sorted),
            )
            user_type = draw(_mostly(st.just("CUSTOMER"), st.just("EMPLOYEE"), 4))
            return kind, {"id": draw(group_ids), "userType": user_type, **draw(members)}
        case "products":
            categories = st.sets(st.sampled_from((*CATEGORY_IDS, "ghost")), min_size=1).map(sorted)
            members = _members(code=words, name=names(), categoryIds=categories)
            return kind, {"id": draw(st.sampled_from(PRODUCT_IDS)), **draw(members)}
        case _:
            members = _members(
                parentId=st.sampled_from((*CATEGORY_IDS, "ghost")),
                code=words,
                name=names(),
                localizedDescription=texts.filter(bool),
                localizedSlug=texts.filter(bool),
                ecn=st.just(["1", "2"]),
                validity=validities.filter(bool),
                position=st.integers(0, 2),
                published=st.booleans(),
            )
            return kind, {"id": draw(st.sampled_from(CATEGORY_IDS)), **draw(members)}


reference_ids: SearchStrategy[tuple[str, list[str]]] = st.one_of(
    st.tuples(st.just("customers"), st.lists(customer_ids, min_size=1, max_size=2)),
    st.tuples(st.just("legalEntities"), st.lists(st.sampled_from(LEGAL_ENTITY_IDS), min_size=1, max_size=2)),
    st.tuples(st.just("groups"), st.lists(group_ids, min_size=1, max_size=2)),
    st.tuples(st.just("products"), st.lists(st.sampled_from(PRODUCT_IDS), min_size=1, max_size=2)),
    st.tuples(st.just("categories"), st.lists(st.sampled_from(CATEGORY_IDS), min_size=1, max_size=2)),
)
"""A kind of reference data, and ids of it."""
Reference: TypeAlias = tuple[str, Document]
"""A kind of reference data, and a record of it."""
Shop: TypeAlias = tuple[
    list[Reference],
    dict[str, Document],
    list[tuple[str, CustomerKey]],
    list[tuple[str, tuple[str, str]]],
]
"""Reference data, segments by id, and customers and items by segment."""
shops: SearchStrategy[Shop] = st.tuples(
    st.lists(references(), max_size=4),
    st.fixed_dictionaries({segment_id: segments() for segment_id in SEGMENT_IDS}),
    st.lists(st.tuples(segment_ids, customer_keys), max_size=4),
    st.lists(st.tuples(segment_ids, items), max_size=4),
)
