"""The rows of one tenant, table by table, the same ones on every machine.

A row is a tuple in the order of the table's columns. JSON is text already; times are datetimes.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

import orjson
from sqlalchemy import Table

from benchmarks.dataset.names import (
    ABOUT,
    COMPANIES,
    FIRST_NAMES,
    KINDS,
    LAST_NAMES,
    THINGS,
    numbered,
    partly_translated,
)
from benchmarks.dataset.size import Size
from benchmarks.dataset.skew import shares, skewed_sample
from models.tables.customer_assignment import NO_LEGAL_ENTITY, customer_assignment
from models.tables.item_assignment import item_assignment
from models.tables.reference import (
    category,
    customer,
    customer_legal_entity,
    legal_entity,
    product,
    product_category,
)
from models.tables.segment import segment

Row: TypeAlias = tuple[Any, ...]

SITES: Final = {"main": 40, "de": 20, "at": 10, "ch": 10, "fr": 8, "pl": 6, "nl": 6}
"""Where segments live, and how many in a hundred."""
OPENED: Final = datetime(2024, 1, 1, tzinfo=UTC)
DAYS: Final = 700
FEWEST: Final = 12
"""Assignments of a segment: enough that ten are always there to be shown."""
CATEGORY_SHARE: Final = 0.15
B2B_SHARE: Final = 0.3
MIXIN_SHARE: Final = 0.25
AUTOMATIC_SHARE: Final = 0.1
ACTIVE_SHARE: Final = 0.8


def rows_of(tenant: str, size: Size) -> Iterator[tuple[Table, Iterator[Row]]]:
    """Each table with its rows, parents before their children.

    Every table draws from a generator of its own, so that changing one leaves the others as they were.
    """
    makers: Sequence[tuple[Table, Callable[[str, Size, random.Random], Iterator[Row]]]] = (
        (legal_entity, _legal_entities),
        (customer, _customers),
        (customer_legal_entity, _customers_legal_entities),
        (category, _categories),
        (product, _products),
        (product_category, _products_categories),
        (segment, _segments),
        (customer_assignment, _customer_assignments),
        (item_assignment, _item_assignments),
    )
    for table, make in makers:
        yield table, make(tenant, size, random.Random(f"{tenant} {table.name}"))


def segment_id(number: int) -> str:
    """Ids are as long as those of real shops."""
    return f"segment-{number:06}"


def customer_id(number: int) -> str:
    """The id of the customer with this number, from 0."""
    return f"customer-{number:08}"


def _legal_entity_id(number: int) -> str:
    return f"company-{number:06}"


def _product_id(number: int) -> str:
    return f"product-{number:07}"


def _category_id(number: int) -> str:
    return f"category-{number:05}"


def _legal_entities(tenant: str, size: Size, choice: random.Random) -> Iterator[Row]:
    for number in range(size.legal_entities):
        name = f"{choice.choice(LAST_NAMES)} {choice.choice(COMPANIES)} {number}"
        yield tenant, _legal_entity_id(number), name, "{}"


def _customers(tenant: str, size: Size, choice: random.Random) -> Iterator[Row]:
    for number in range(size.customers):
        first, last = choice.choice(FIRST_NAMES), choice.choice(LAST_NAMES)
        yield tenant, customer_id(number), first, last, f"customer{number}@example.com", "{}"


def _employer(number: int, size: Size) -> str:
    """The company that a business customer buys for: `B2B_SHARE` of the customers have one."""
    is_business = number % 10 < B2B_SHARE * 10
    return _legal_entity_id(number * 7 % size.legal_entities) if is_business else NO_LEGAL_ENTITY


def _customers_legal_entities(tenant: str, size: Size, _choice: random.Random) -> Iterator[Row]:
    for number in range(size.customers):
        if employer := _employer(number, size):
            yield tenant, customer_id(number), employer


def _categories(tenant: str, size: Size, choice: random.Random) -> Iterator[Row]:
    for number in range(size.categories):
        name = numbered(choice.choice(THINGS), number)
        slug = {language: f"c-{number}-{language}" for language in name}
        # Eight children each, so that the forest is four levels deep.
        parent = _category_id((number - 10) // 8) if number >= 10 else None  # noqa: PLR2004
        texts = _json(partly_translated(name, choice)), _json(ABOUT), _json(slug)
        yield (
            tenant,
            _category_id(number),
            parent,
            f"C{number:05}",
            *texts,
            "[]",
            None,
            None,
            number % 8,
            True,
        )


def _products(tenant: str, size: Size, choice: random.Random) -> Iterator[Row]:
    for number in range(size.products):
        name = partly_translated(numbered(choice.choice(THINGS), number), choice)
        yield tenant, _product_id(number), f"P{number:07}", _json(name)


def _products_categories(tenant: str, size: Size, choice: random.Random) -> Iterator[Row]:
    for number in range(size.products):
        yield tenant, _product_id(number), _category_id(choice.randrange(size.categories))


def _segments(tenant: str, size: Size, choice: random.Random) -> Iterator[Row]:
    for number in range(size.segments):
        name = _json(numbered(choice.choice(KINDS), number))
        begin = OPENED + timedelta(days=choice.randrange(DAYS))
        end = begin + timedelta(days=choice.randrange(30, 900)) if choice.random() < 0.5 else None  # noqa: PLR2004
        status = "ACTIVE" if choice.random() < ACTIVE_SHARE else "INACTIVE"
        [site] = choice.choices(list(SITES), weights=list(SITES.values()))
        document = _document(choice, mixin_share=0.5)
        yield (tenant, segment_id(number), name, _json(ABOUT), begin, end, status, site, *document)


def _customer_assignments(tenant: str, size: Size, choice: random.Random) -> Iterator[Row]:
    counts = shares(size.customer_assignments, size.segments, FEWEST, size.customers // 2, choice)
    for number, count in enumerate(counts):
        for chosen in sorted(skewed_sample(size.customers, count, choice)):
            kind = "AUTOMATIC" if choice.random() < AUTOMATIC_SHARE else "MANUAL"
            key = tenant, segment_id(number), customer_id(chosen), _employer(chosen, size)
            yield (*key, kind, *_document(choice, MIXIN_SHARE))


def _item_assignments(tenant: str, size: Size, choice: random.Random) -> Iterator[Row]:
    counts = shares(size.item_assignments, size.segments, FEWEST, size.categories * 5, choice)
    for number, count in enumerate(counts):
        categories = min(round(count * CATEGORY_SHARE), size.categories // 2)
        for type_, known, id_of, wanted in (
            ("CATEGORY", size.categories, _category_id, categories),
            ("PRODUCT", size.products, _product_id, count - categories),
        ):
            for chosen in sorted(skewed_sample(known, wanted, choice)):
                yield (tenant, segment_id(number), type_, id_of(chosen), *_document(choice, MIXIN_SHARE))


def _document(choice: random.Random, mixin_share: float) -> Row:
    """What all documents with mixins end in."""
    mixins, schemas = "{}", "{}"
    if choice.random() < mixin_share:
        mixins = _json({"pricing": {"level": choice.randrange(5), "discount": round(choice.random() / 3, 3)}})
        schemas = _json({"pricing": "https://schemas.example.com/pricing/v1.json"})
    created = OPENED + timedelta(milliseconds=choice.randrange(DAYS * 86_400_000))
    version = 1 + int(choice.expovariate(1))
    return mixins, schemas, version, created, created + timedelta(minutes=version - 1)


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
