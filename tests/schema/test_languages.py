"""Languages in GraphQL: case has no meaning in a tag, and a blank text is no text."""

from typing import Any

import pytest

from resolvers.reading.statements import STATEMENTS
from tests.factories.documents import category, product, segment
from tests.schema.client import USER_ERRORS, Graph

ALL_TEXTS = "nameTranslations { language text } descriptionTranslations { language text }"
TAGS = ("DE", "zh-hant-tw", "I-Klingon", "en-x-US")
CANONICAL = ("de", "en-x-us", "i-klingon", "zh-Hant-TW")


def translations(*tags: str, text: str = "x") -> list[dict[str, str]]:
    return [{"language": tag, "text": text} for tag in tags]


@pytest.mark.parametrize(
    ("mutation", "input_type"),
    [
        ("segmentCreate(input: $input)", "SegmentCreateInput!"),
        ('segmentUpsert(id: "gold", input: $input)', "SegmentUpsertInput!"),
    ],
)
async def test_a_segment_keeps_canonical_tags(graph: Graph, mutation: str, input_type: str) -> None:
    texts = translations(*TAGS)
    payload = await graph.mutate(
        f"$input: {input_type} => {mutation} {{ segment {{ {ALL_TEXTS} }} {USER_ERRORS} }}",
        {"input": {"name": texts, "description": texts, "siteCode": "main"}},
    )
    assert payload["userErrors"] == []
    for found in payload["segment"].values():
        assert found == translations(*CANONICAL)


@pytest.mark.parametrize(
    ("field", "argument", "shown"),
    [
        ("productsUpsert", "products", "nameTranslations { language }"),
        (
            "categoriesUpsert",
            "categories",
            " ".join(f"{name}Translations {{ language }}" for name in ("name", "description", "slug")),
        ),
    ],
)
async def test_reference_data_keeps_canonical_tags(
    graph: Graph, field: str, argument: str, shown: str
) -> None:
    members = {"name": translations(*TAGS)}
    if argument == "categories":
        members |= {"description": translations(*TAGS), "slug": translations(*TAGS)}
    type_name = f"{argument.capitalize()[:-1]}Input" if argument == "products" else "CategoryInput"
    selection = f"results {{ node {{ {shown} }} userErrors {{ message }} }}"
    payload = await graph.mutate(
        f"$records: [{type_name}!]! => {field}({argument}: $records) {{ {selection} }}",
        {"records": [{"id": "one", **members}]},
    )
    [result] = payload["results"]
    assert result["userErrors"] == []
    for found in result["node"].values():
        assert [one["language"] for one in found] == list(CANONICAL)
    twice = await graph.mutate(
        f"$records: [{type_name}!]! => {field}({argument}: $records) {{ {selection} }}",
        {"records": [{"id": "one", "name": translations("de", "DE")}]},
    )
    assert [one["message"] for one in twice["results"][0]["userErrors"]] == [
        "The language 'DE' is given twice."
    ]


async def test_a_patch_names_a_language_in_any_case(graph: Graph) -> None:
    await graph.shop.segments(segment("gold", name={"de": "D", "en": "E"}, mixins={"m": {"FR": "F"}}))
    patch = (
        '$operations: [JsonPatchOperation!]! => segmentPatch(id: "gold", operations: $operations) '
        f"{{ segment {{ nameTranslations {{ language text }} }} {USER_ERRORS} }}"
    )
    for operations, expected in (
        ([{"op": "TEST", "path": "/name/DE", "value": "D"}], {"de": "D", "en": "E"}),
        ([{"op": "TEST", "path": "/name", "value": {"DE": "D", "EN": "E"}}], {"de": "D", "en": "E"}),
        ([{"op": "REPLACE", "path": "/name/De", "value": "x"}], {"de": "x", "en": "E"}),
        ([{"op": "MOVE", "from": "/name/DE", "path": "/name/ZH-hant"}], {"zh-Hant": "x", "en": "E"}),
        ([{"op": "COPY", "from": "/name/EN", "path": "/name/I-klingon"}], {"zh-Hant": "x", **KLINGON}),
        (
            [
                {"op": "COPY", "from": "/mixins/m", "path": "/name"},
                {"op": "TEST", "path": "/name/fr", "value": "F"},
            ],
            {"fr": "F"},
        ),
    ):  # fmt: skip
        payload = await graph.mutate(patch, {"operations": operations})
        assert payload["userErrors"] == []
        found = {one["language"]: one["text"] for one in payload["segment"]["nameTranslations"]}
        assert found == expected


KLINGON = {"en": "E", "i-klingon": "E"}
NAMES = """\
query ($language: String) {
  segments(orderBy: {field: ID}) { nodes { id name(language: $language) description } }
}"""


@pytest.fixture
async def blanks(graph: Graph) -> Graph:
    await graph.shop.segments(
        segment("a", name={"en": "Gold", "de": "", "fr": "Or"}, description={"de": "\t", "en": "Best"}),
        segment("b", name={"en": "Silver", "de": "\u00a0\u2003\n"}, description={"en": " "}),
        segment("c", name={"de": "\u200b", "en": "C"}),
    )
    name = {"de": " ", "en": "Tool"}
    await graph.shop.known_products(product("saw", name=name))
    await graph.shop.known_categories(category("tools", name=name, localizedSlug={"de": "\u3000"}))
    await graph.shop.items(("a", "PRODUCT", "saw"), ("a", "CATEGORY", "tools"))
    await graph.shop.customers(("a", "anna"))
    return graph


def names(data: Any) -> list[str]:
    return [node["name"] for node in data["segments"]["nodes"]]


@pytest.mark.parametrize(
    ("argument", "header", "expected"),
    [
        ("de", None, ["Gold", "Silver", "\u200b"]),
        (None, "de, fr", ["Or", "Silver", "\u200b"]),
        (None, "DE-ch", ["Gold", "Silver", "\u200b"]),
        (None, "it, *;q=0.1", ["Gold", "Silver", "C"]),
        (None, "*", ["Gold", "Silver", "C"]),
    ],
)
async def test_the_first_text_that_is_not_blank_is_shown(
    blanks: Graph, argument: str | None, header: str | None, expected: list[str]
) -> None:
    data = await blanks(NAMES, {"language": argument}, accept_language=header)
    assert names(data) == expected
    assert [node["description"] for node in data["segments"]["nodes"]] == ["Best", None, None]


async def test_items_and_trees_pass_over_blank_texts(blanks: Graph) -> None:
    items = '{ segment(id: "a") { itemAssignments { nodes { item { name(language: "de") } } } } }'
    data = await blanks(items)
    assert [node["item"]["name"] for node in data["segment"]["itemAssignments"]["nodes"]] == ["Tool", "Tool"]
    trees = '{ categoryTrees(customerId: "anna") { name slug slugTranslations { text } } }'
    [tree] = (await blanks(trees, accept_language="de"))["categoryTrees"]
    assert tree == {"name": "Tool", "slug": None, "slugTranslations": [{"text": "\u3000"}]}


@pytest.mark.parametrize("header", ["de", "de, fr;q=0.5", "*", "it", "zh-Hant-TW-x-a-b-c-d-e-f," * 9 + "DE"])
async def test_names_sort_as_they_are_shown_and_filter_without_blanks(blanks: Graph, header: str) -> None:
    query = "query ($q: String) { segments(q: $q, orderBy: {field: NAME}) { nodes { id name } } }"
    shown = names(await blanks(query, accept_language=header))
    assert shown == sorted(shown)
    for q, expected in (
        ("name.DE:exists", ["c"]),
        ("name.De:missing", ["a", "b"]),
        ("name.dE:~\u200b", ["c"]),
        ("description:exists", ["a"]),
    ):
        found = (await blanks(query, {"q": q}, accept_language=header))["segments"]["nodes"]
        assert sorted(node["id"] for node in found) == expected, q


async def test_a_language_that_is_no_tag_is_refused_briefly(blanks: Graph) -> None:
    answer = await blanks.ask(NAMES, {"language": "de_" + "x" * 10_000})
    assert answer.codes == ["INVALID_ARGUMENT"] * 3
    assert len(answer.errors[0]["message"]) < 120


async def test_all_translations_of_a_member_are_bounded_together(graph: Graph) -> None:
    texts = [
        text
        for tag in ("de", "en", "es", "fr", "it", "pl", "sv")
        for text in translations(tag, text="x" * 9_999)
    ]
    message = "The texts of all languages together are larger than 65,536 bytes."
    create = (
        f"$input: SegmentCreateInput! => segmentCreate(input: $input) {{ segment {{ id }} {USER_ERRORS} }}"
    )
    payload = await graph.mutate(create, {"input": {"name": texts, "siteCode": "main"}})
    assert payload == {
        "segment": None,
        "userErrors": [{"code": "INVALID_INPUT", "path": ["input", "name"], "message": message}],
    }
    upsert = (
        "$records: [CategoryInput!]! => categoriesUpsert(categories: $records) "
        f"{{ results {{ node {{ id }} {USER_ERRORS} }} }}"
    )
    records = [{"id": "one", member: texts} for member in ("name", "description", "slug")]
    results = (await graph.mutate(upsert, {"records": records}))["results"]
    assert [one["userErrors"][0]["message"] for one in results] == [message] * 3


@pytest.mark.parametrize(
    "header", ["de", "xx, de-CH", "*", "it, *;q=0.1", "zh-Hant-TW-x-a-b-c-d-e-f," * 9 + "DE"]
)
async def test_items_of_many_segments_sort_by_the_names_that_they_show(blanks: Graph, header: str) -> None:
    await blanks.shop.known_products(
        product("axe", name={"de": "Axt", "en": "Zaxe"}),
        product("hat", name={"de": "\u3000", "fr": "Chapeau"}),
    )
    await blanks.shop.items(*((one, "PRODUCT", item) for one in "abc" for item in ("axe", "hat")))
    fields = "itemAssignments(orderBy: [{field: ITEM_NAME}]) { nodes { item { name } } }"
    data = await blanks(f"{{ segments {{ nodes {{ {fields} }} }} }}", accept_language=header)
    for node in data["segments"]["nodes"]:
        shown = [one["item"]["name"] for one in node["itemAssignments"]["nodes"]]
        assert len(shown) >= 2
        assert shown == sorted(shown, key=lambda name: name or "")


async def test_readers_of_all_languages_share_a_few_statements(blanks: Graph) -> None:
    query = "{ segments(orderBy: {field: NAME}) { nodes { id } } }"
    before = len(STATEMENTS)
    for number in range(100):
        await blanks(query, accept_language=f"a{chr(97 + number % 26)}-x-{number}, de")
    assert len(STATEMENTS) <= before + 2
    for number in range(100):
        tags = ",".join(f"a{chr(97 + position)}-Latn-DE-x-{number}" for position in range(10))
        await blanks(query, accept_language=tags)
    assert len(STATEMENTS) <= before + 4


async def test_a_language_in_any_case_has_one_statement(blanks: Graph) -> None:
    query = "query ($q: String) { segments(q: $q) { nodes { id } } }"
    await blanks(query, {"q": "name.de-CH:exists"})
    before = len(STATEMENTS)
    for tag in ("DE-ch", "de-ch", "De-Ch"):
        await blanks(query, {"q": f"name.{tag}:exists"})
    assert len(STATEMENTS) == before
