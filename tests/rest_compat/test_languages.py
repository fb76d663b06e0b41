"""Languages on the REST API: case has no meaning in a tag, and a blank text is no text."""

from typing import Any

import pytest

from tests.rest_compat.conftest import Shared
from tests.rest_compat.rest import Rest, ids, validation

BLANKS = ("", " ", "\t\n", "\u00a0\u2003", "\u3000")


async def all_texts(rest: Rest, segment_id: str) -> Any:
    document = await rest.json("GET", f"/{segment_id}", headers={"Accept-Language": "*"})
    return document["name"]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("DE", "de"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("EN-latn-us", "en-Latn-US"),
        ("en-x-US", "en-x-us"),
        ("I-Klingon", "i-klingon"),
        ("X-Shop-DE", "x-shop-de"),
        ("es-419", "es-419"),
        ("SGN-be-fr", "sgn-BE-FR"),
    ],
)
async def test_a_tag_is_stored_in_canonical_case_and_named_in_any(
    rest: Rest, written: str, stored: str
) -> None:
    assert (await rest("POST", "", {"id": "a", "name": {written: "A"}, "siteCode": "main"})).is_success
    await rest.segment("b", name={"fr": "B", written: "B"})
    await rest("POST", "/bulk", [{"id": "c", "name": {written.upper(): "C"}, "siteCode": "main"}])
    await rest.segment("d", name={"fr": "D"})
    assert await all_texts(rest, "a") == {stored: "A"}
    assert await all_texts(rest, "b") == {"fr": "B", stored: "B"}
    assert await all_texts(rest, "c") == {stored: "C"}
    for tag in (written, stored, written.swapcase()):
        assert ids(await rest.json("GET", f"?q=name.{tag}:exists")) == ["a", "b", "c"]
        assert ids(await rest.json("GET", f"?q=name.{tag}:missing")) == ["d"]
        assert ids(await rest.json("GET", f"?q=name.{tag}:~B")) == ["b"]
        assert ids(await rest.json("GET", f"?sort=name.{tag}:desc")) == ["c", "b", "a", "d"]
        assert ids(await rest.json("GET", "?sort=name:desc", headers={"Accept-Language": tag})) == list(
            "cbad"
        )
        shown = await rest.json("GET", f"/b?fields=name.{tag}", headers={"Accept-Language": tag})
        assert shown == {"id": "b", "name": {stored: "B"}}
        everything = {"Accept-Language": "*"}
        assert await rest.json("GET", f"/b?fields=name.{tag}", headers=everything) == shown


async def test_a_cursor_goes_on_however_its_language_is_written(rest: Rest) -> None:
    for segment_id in "abc":
        await rest.segment(segment_id, name={"de-CH": segment_id})
    first = await rest("GET", "?sort=name.de-CH&q=name.de-CH:exists&pageSize=1")
    query = f"?sort=name.DE-ch&q=name.de-ch:exists&next={first.headers['x-next-cursor']}"
    assert ids(await rest.json("GET", query)) == ["b", "c"]


@pytest.mark.parametrize(
    ("operations", "name"),
    [
        ([("replace", "/name/DE", "x")], {"de": "x", "zh-Hant": "Z"}),
        ([("add", "/name/zh-HANT", "x")], {"de": "D", "zh-Hant": "x"}),
        ([("remove", "/name/De")], {"zh-Hant": "Z"}),
        ([("add", "/name/EN-us", "x"), ("remove", "/name/en-US")], {"de": "D", "zh-Hant": "Z"}),
        ([("replace", "/name", {"FR": "x"}), ("add", "/name/fr", "y")], {"fr": "y"}),
        ([("add", "/name", {"I-KLINGON": "x"})], {"i-klingon": "x"}),
    ],
)
async def test_a_pointer_names_a_language_in_any_case(
    rest: Rest, operations: list[tuple[str, ...]], name: dict[str, str]
) -> None:
    await rest.segment("gold", name={"de": "D", "zh-Hant": "Z"})
    members = ("op", "path", "value")
    patch = [dict(zip(members, operation, strict=False)) for operation in operations]
    assert (await rest("PATCH", "/gold", patch)).status_code == 204
    assert await all_texts(rest, "gold") == name


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ({"en": "x", "EN": "y"}, "The language 'EN' is given twice."),
        ({"zh-hant": "x", "zh-Hant": "y"}, "The language 'zh-Hant' is given twice."),
        ({"en_US": "x"}, "'en_US' is not a language tag such as en or de-CH."),
        ({"i-nonsense": "x"}, "'i-nonsense' is not a language tag such as en or de-CH."),
        ({"en-a": "x"}, "'en-a' is not a language tag such as en or de-CH."),
        ({"x" * 5_000: "x"}, f"'{'x' * 50}' is not a language tag such as en or de-CH."),
        ({tag: tag for tag in BLANKS}, "'' is not a language tag such as en or de-CH."),
        ({"en": "\u2003", "de": "\t\u00a0"}, "A name in at least one language is required."),
        ({"en": "".join(BLANKS)}, "A name in at least one language is required."),
    ],
)
async def test_a_name_in_wrong_languages_or_without_text_is_refused(
    rest: Rest, name: dict[str, str], message: str
) -> None:
    refusal = validation("name", message)
    document = {"id": "gold", "name": name, "siteCode": "main"}
    assert (await rest("POST", "", document)).json() == refusal
    assert (await rest("PUT", "/gold", document)).json() == refusal
    [result] = (await rest("POST", "/bulk", [document])).json()
    assert (result["code"], result["message"]) == (400, "Validation problem with request body.")
    await rest.segment("gold", name={"de": "D"})
    response = await rest("PATCH", "/gold", [{"op": "replace", "path": "/name", "value": name}])
    assert response.status_code == 400
    assert await all_texts(rest, "gold") == {"de": "D"}


async def test_content_language_names_languages_in_any_case(rest: Rest) -> None:
    body = {"id": "gold", "name": "Gold", "siteCode": "main"}
    assert (await rest("POST", "", body, headers={"Content-Language": "ZH-hant"})).status_code == 201
    assert await all_texts(rest, "gold") == {"zh-Hant": "Gold"}
    body["name"] = {"DE-ch": "x"}  # type: ignore[assignment]
    assert (await rest("PUT", "/gold", body, headers={"Content-Language": "de-CH, fr"})).status_code == 204
    response = await rest("PUT", "/gold", body, headers={"Content-Language": "de"})
    message = "Following languages are not supported: 'de-CH'"
    assert (response.status_code, response.json()) == (400, validation("name", message))
    many = ",".join(["de-CH"] * 101)
    response = await rest("PUT", "/gold", body, headers={"Content-Language": many})
    message = "The header names more than 100 languages."
    refusal = validation("Content-Language", message, of="parameter")
    assert (response.status_code, response.json()) == (400, refusal)


async def fill_blanks(rest: Rest) -> None:
    """Segments a to e, whose German is blank but for `e`; with an item and a category of such names."""
    for segment_id, blank in zip("abcd", BLANKS, strict=False):
        await rest.segment(segment_id, name={"en": f"Filled {segment_id}", "de": blank, "fr": "Rempli"})
    await rest.segment("e", name={"de": "\u200b", "en": "e"}, description={"de": " ", "en": "\n"})
    name = {"de": " ", "en": "Tool"}
    texts = {
        "name": name,
        "localizedDescription": {"de": "\t", "fr": "Outil"},
        "localizedSlug": {"de": "\u2003"},
    }
    await rest.known(products=[{"id": "saw", "name": name}], categories=[{"id": "tools", **texts}])
    await rest.assign("/a/items/PRODUCT/saw")
    await rest.assign("/a/items/CATEGORY/tools")
    await rest.assign("/a/customers/anna")


@pytest.fixture
async def blanks(shared: Shared) -> Rest:
    """A tenant that no test changes."""
    return await shared(fill_blanks)


@pytest.mark.parametrize(
    ("accepted", "shown"),
    [
        ("de", {"en": "Filled a"}),
        ("de-CH, fr;q=0.5", {"fr": "Rempli"}),
        ("de, *;q=0.1", {"en": "Filled a"}),
        ("", {"en": "Filled a"}),
        ("*", {"de": "", "en": "Filled a", "fr": "Rempli"}),
    ],
)
async def test_the_first_text_that_is_not_blank_is_shown(
    blanks: Rest, accepted: str, shown: dict[str, str]
) -> None:
    headers = {"Accept-Language": accepted}
    assert (await blanks.json("GET", "/a", headers=headers))["name"] == shown
    assert (await blanks.json("GET", "?q=id:a", headers=headers))[0]["name"] == shown


async def test_items_and_trees_pass_over_blank_texts_too(blanks: Rest) -> None:
    headers = {"Accept-Language": "de, fr;q=0.1"}
    for item in await blanks.json("GET", "/a/items", headers=headers):
        assert item["item"]["name"] == {"en": "Tool"}
    [tree] = await blanks.json("GET", "/items/category-trees", scopes="O", customer="anna", headers=headers)
    assert (tree["name"], tree["localizedDescription"], tree["localizedSlug"]) == (
        {"en": "Tool"},
        {"fr": "Outil"},
        {},
    )
    for tag, expected in (("de", []), ("EN", ["tools", "saw"])):
        assert ids(await blanks.json("GET", f"/a/items?q=item.name.{tag}:exists")) == expected


async def test_blank_texts_do_not_exist_and_match_nothing(blanks: Rest) -> None:
    for q, expected in (
        ("name.de:exists", "e"),
        ("name.de:missing", "abcd"),
        ("name.de:null", "abcd"),
        ('name.de:""', ""),
        ('name:" "', ""),
        ("name.de:~.", "e"),
        ("name:exists", "abcde"),
        ("description:exists", ""),
        ("description:missing", "abcde"),
        ("description.en:exists", ""),
    ):
        assert ids(await blanks.json("POST", "/search", {"q": q})) == list(expected), q


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [("de", "abcde"), ("de, fr", "abcde"), ("*", "abcde"), ("de-CH, *;q=0.1", "abcde"), ("it", "abcde")],
)
async def test_blank_texts_sort_by_the_fallback_that_is_shown(
    blanks: Rest, accepted: str, expected: str
) -> None:
    """Zero width space, the German name of `e`, comes after all letters."""
    headers = {"Accept-Language": accepted}
    found: list[str] = []
    query = "?sort=name&pageSize=2"
    while documents := (response := await blanks("GET", query, headers=headers)).json():
        found += ids(documents)
        query = f"?sort=name&pageSize=2&next={response.headers['x-next-cursor']}"
    assert "".join(found) == expected
    assert ids(await blanks.json("GET", "?sort=name.DE:desc")) == list("eabcd")


def hostile(count: int) -> str:
    """Many tags of many subtags, about 57 KB of them."""
    return ",".join(f"a{chr(97 + one % 26)}-Latn-DE-x-{one:06}-a-b-c-d" for one in range(count))


@pytest.mark.parametrize("header", [hostile(1_800), hostile(10), "zh-Hant-TW-x-a-b-c-d-e-f," * 9 + "de"])
async def test_any_header_sorts_by_what_it_shows(rest: Rest, header: str) -> None:
    for segment_id, name in zip(
        "abc", ({"en": "2", "de": "3"}, {"en": "1", "de": "2"}, {"en": "3"}), strict=True
    ):
        await rest.segment(segment_id, name=name)
    listed = await rest.json("GET", "?sort=name", headers={"Accept-Language": header})
    shown = [next(iter(one["name"].values())) for one in listed]
    assert shown == ["2", "3", "3"] if header.endswith(",de") else ["1", "2", "3"]


async def test_the_first_ten_usable_ranges_count(rest: Rest) -> None:
    await rest.segment("gold", name={"en": "Gold", "de": "Gold!", "fr": "Or"})
    nine = ",".join(["xx"] * 9)
    for header, shown in (
        (f"{nine},de", "de"),
        (f"{nine},xx,de", "en"),
        (f"{nine},!,yy;q=0,de;q=0.1,fr", "de"),
        (f"fr;q=0.1,{nine},de", "fr"),
        (f"fr, {'x' * 50_000}", "fr"),
    ):
        document = await rest.json("GET", "/gold", headers={"Accept-Language": header})
        assert list(document["name"]) == [shown], header


def texts_of(size: int) -> dict[str, str]:
    """Texts that have, with their tags, so many bytes of UTF-8."""
    texts = dict.fromkeys(("de", "en", "es", "fr", "it"), "x" * 10000)
    rest = size - sum(len(tag) + len(text) for tag, text in texts.items()) - len("plsv")
    return {**texts, "pl": "\u00e4" * 5_000, "sv": "y" * (rest - 10_000)}


async def test_all_translations_of_a_member_are_bounded_together(rest: Rest) -> None:
    message = "The texts of all languages together are larger than 65,536 bytes."
    for member in ("name", "description"):
        fits = {"id": "gold", "name": {"en": "x"}, "siteCode": "main", member: texts_of(65_536)}
        too_large = {**fits, member: texts_of(65_537)}
        assert (await rest("PUT", "/gold", fits)).status_code in {201, 204}
        for method, path, body in (("POST", "", too_large | {"id": "new"}), ("PUT", "/gold", too_large)):
            response = await rest(method, path, body)
            assert (response.status_code, response.json()) == (400, validation(member, message))
        [result] = (await rest("PUT", "/bulk", [too_large])).json()
        assert result["code"] == 400
        patch = [{"op": "add", "path": f"/{member}/pt", "value": "x"}]
        response = await rest("PATCH", "/gold", patch)
        assert (response.status_code, response.json()["details"]["message"]) == (400, message)
    many = {f"en-x-{number}": "x" for number in range(1_001)}
    response = await rest("PUT", "/gold", {"name": many, "siteCode": "main"})
    message = "The map has more than 1,000 languages."
    assert (response.status_code, response.json()) == (400, validation("name", message))
