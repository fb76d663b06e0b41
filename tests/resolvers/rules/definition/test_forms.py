"""A rule as `where` and as `q`: both say the same, or the other form is left out."""

from random import Random
from typing import Any

import pytest

from models.connection.database import Database
from resolvers.access import Reader
from resolvers.reading.page import Window
from resolvers.rules.definition.document import rule_content
from resolvers.rules.definition.forms import as_q, as_where
from resolvers.rules.preview.preview import Move, MovePage, preview
from tests.factories.documents import segment
from tests.factories.shop import Shop
from tests.resolvers.rules.oracle import random_rule

PAIRS = "CUSTOMER_OF_LEGAL_ENTITY"
BOTH: list[tuple[dict[str, Any], str]] = [
    ({"id": {"eq": "a"}}, "id:a"),
    ({"id": {"in": ["a", "null", "b c", 'd"']}}, r'id:(a,"null","b c","d\"")'),
    ({"email": {"isNull": True}}, "email:missing"),
    ({"mixin": {"path": "shop.turnover", "gte": 100}}, "mixins.shop.turnover:>=100"),
    ({"mixin": {"path": "shop.turnover", "lt": 0.5}}, "mixins.shop.turnover:<0.5"),
    ({"mixin": {"path": "shop.code", "eq": "100"}}, 'mixins.shop.code:"100"'),
    ({"mixin": {"path": "shop.on", "eq": True}}, "mixins.shop.on:true"),
    ({"mixin": {"path": "shop.on", "eq": "true"}}, 'mixins.shop.on:"true"'),
    ({"mixin": {"path": "shop.at", "gt": "now-P90D"}}, "mixins.shop.at:>now-P90D"),
    ({"mixin": {"path": "shop.at", "exists": True}}, "mixins.shop.at:exists"),
    ({"mixin": {"path": "shop.size", "in": ["S", 2, False]}}, "mixins.shop.size:(S,2,false)"),
    ({"inSegment": "vip"}, "inSegment:vip"),
    ({"or": [{"inSegment": "vip"}, {"inSegment": "big"}]}, "inSegment:(vip,big)"),
    ({"legalEntity": {"name": {"eq": "Acme"}}}, "legalEntity.name:Acme"),
    (
        {"legalEntity": {"mixin": {"path": "company.country", "eq": "DE"}}},
        "legalEntity.mixins.company.country:DE",
    ),
    ({"not": {"legalEntity": {"name": {"isNull": False}}}}, "legalEntity.name:missing"),
    (
        {"and": [{"firstName": {"eq": "Ann"}}, {"mixin": {"path": "shop.n", "gt": 1}}]},
        "firstName:Ann mixins.shop.n:>1",
    ),
]


def content(**rule: Any) -> Any:
    return rule_content(rule)


@pytest.mark.parametrize(("where", "q"), BOTH)
def test_one_form_becomes_the_other(where: dict[str, Any], q: str) -> None:
    assert as_q(content(where=where)) == q
    assert as_where(content(q=q)) == where
    assert as_where(content(where=where)) == where
    assert as_q(content(q=q)) == q


@pytest.mark.parametrize(
    ("where", "q"),
    [
        ({"firstName": {"eq": "Ann"}, "mixin": {"path": "n.a", "gt": 1, "lt": 5}}, 3),
        ({"and": [{"and": [{"id": {"eq": "a"}}]}, {"id": {"eq": "b"}}]}, 2),
    ],
)
def test_conditions_that_hold_together_are_clauses(where: dict[str, Any], q: int) -> None:
    written = as_q(content(where=where))
    assert written is not None
    assert len(written.split()) == q


def test_of_one_legal_entity_several_conditions_are_written() -> None:
    where = {"legalEntity": {"id": {"eq": "l1"}, "name": {"isNull": True}}}
    assert as_q(content(where=where)) is None
    assert as_q(content(where=where, subject=PAIRS)) == "legalEntity.id:l1 legalEntity.name:missing"
    q = "legalEntity.id:l1 legalEntity.name:missing"
    assert as_where(content(q=q, subject=PAIRS)) == {
        "and": [{"legalEntity": {"id": {"eq": "l1"}}}, {"legalEntity": {"name": {"isNull": True}}}]
    }


def test_another_name_of_a_path_is_the_path() -> None:
    assert as_where(content(q="legalEntityId:l1")) == {"legalEntity": {"id": {"eq": "l1"}}}


@pytest.mark.parametrize(
    "where",
    [
        {"or": [{"id": {"eq": "a"}}, {"email": {"isNull": True}}]},
        {"not": {"id": {"eq": "a"}}},
        {"mixin": {"path": "shop.at", "withinLast": "P90D"}},
        {"mixin": {"path": "shop.at", "withinNext": "P1D"}},
        {"id": {"in": []}},
        {"legalEntity": {}},
        {"legalEntity": {"name": {"isNull": True}}},
        {"mixin": {"path": "shop.first name", "eq": 1}},
        {"mixin": {"path": "shop.a:b", "eq": 1}},
        {"and": [{"id": {"eq": "a"}}] * 51},
    ],
)
def test_what_q_cannot_say_is_left_out(where: dict[str, Any]) -> None:
    assert as_q(content(where=where)) is None


@pytest.mark.parametrize(
    "q",
    [
        "firstName:~(^An)",
        "firstName:>A",
        "mixins.shop.n:1e3",
        "mixins.shop.n:007",
        "mixins:exists",
    ],
)
def test_what_where_cannot_say_is_left_out(q: str) -> None:
    assert as_where(content(q=q)) is None


@pytest.mark.parametrize("seed", range(200))
def test_the_other_form_leads_back(seed: int) -> None:
    rule = random_rule(Random(seed))  # noqa: S311
    q = as_q(rule_content(rule))
    if q is not None:
        where = as_where(rule_content({**rule, "where": None, "q": q}))
        assert as_q(rule_content({**rule, "where": where})) == q


@pytest.mark.parametrize("subject", ["CUSTOMER", PAIRS])
async def test_both_forms_match_the_same_customers(database: Database, tenant: str, subject: str) -> None:
    shop = Shop(database, tenant)
    await shop.segments(segment("s"), segment("vip"), segment("big"))
    companies = {"id": "l1", "name": "Acme", "mixins": {"company": {"country": "DE"}}}, {"id": "l2"}
    await shop.known_legal_entities(*companies)
    await shop.known_customers(*people())
    await shop.customers(("vip", "a"), ("big", "b"))

    async def matching(reader: Reader, **condition: Any) -> list[tuple[str, str]]:
        shown = await preview(reader, "s", content(**condition, subject=subject))
        page = MovePage(Move.JOINING, Window(100, None))
        rows = (await shown.moves([page], count=False)).pages[page].rows
        return [(row["customer_id"], row["legal_entity_id"]) for row in rows]

    async def compared(reader: Reader) -> set[int]:
        sizes = set()
        for where, q in BOTH:
            found = await matching(reader, where=where)
            assert found == await matching(reader, q=q)
            sizes.add(len(found))
        return sizes

    assert len(await shop.read(compared)) > 2


def people() -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = [
        {"turnover": 100, "code": "100", "on": True, "n": 2, "size": ["S"]},
        {"turnover": 0.2, "code": 100, "on": "true", "n": "2", "size": 2},
        {"at": "2020-01-01", "size": False},
        {},
    ]
    return [
        {
            "id": id_,
            "firstName": "Ann" if number % 2 else "Bo",
            "email": "a@example.com" if number else None,
            "mixins": {"shop": value},
            "legalEntityIds": companies,
        }
        for number, (id_, value, companies) in enumerate(
            zip(("a", "b", "b c", "d"), values, ([], ["l1"], ["l2"], ["l1", "l2"]), strict=True)
        )
    ]
