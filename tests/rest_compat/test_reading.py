"""Paging, sorting, selecting and counting, the same on every list (behaviour "Lists")."""

from urllib.parse import quote

import pytest

from tests.rest_compat.conftest import Shared
from tests.rest_compat.rest import Rest, ids, validation


async def fill_shelf(rest: Rest) -> None:
    for position, segment_id in enumerate("abcde"):
        await rest.segment(
            segment_id, siteCode="even" if position % 2 == 0 else "odd", description={"en": str(9 - position)}
        )
        await rest.assign(f"/a/customers/{segment_id}")
        await rest.assign(f"/a/items/PRODUCT/{segment_id}")


@pytest.fixture
async def shelf(shared: Shared) -> Rest:
    """Five segments a to e, with five customers and five items in `a`, to be read."""
    return await shared(fill_shelf)


LISTS = [
    ("GET", ""),
    ("POST", "/search"),
    ("GET", "/a/customers"),
    ("POST", "/a/customers/search"),
    ("GET", "/items"),
    ("GET", "/a/items"),
    ("POST", "/a/items/search"),
]
every_list = pytest.mark.parametrize(("method", "path"), LISTS)


@every_list
async def test_pages_are_numbered_from_one(shelf: Rest, method: str, path: str) -> None:
    pages = {
        "": "abcde",
        "?pageSize=2": "ab",
        "?pageSize=2&pageNumber=1": "ab",
        "?pageSize=2&pageNumber=3": "e",
        "?pageSize=2&pageNumber=4": "",
        "?pageSize=002&pageNumber=02": "cd",
        f"?pageNumber={'9' * 5000}": "",
        "?pageSize=2000&pageNumber=4611686018427387904": "",
    }
    for query, expected in pages.items():
        assert ids(await shelf.json(method, path + query)) == list(expected), query


@every_list
async def test_filters_may_be_relative_to_now(shelf: Rest, method: str, path: str) -> None:
    """In a URL the sign of what is to come is written `%2B`."""
    for q, expected in (
        ("metadata.createdAt:>now-P1D", "abcde"),
        ("metadata.createdAt:(>now-P1D AND <=now)", "abcde"),
        ("metadata.createdAt:<now-PT12H", ""),
        ("metadata.createdAt:<now+P1Y", "abcde"),
        ("metadata.createdAt:(>now AND <=now+P30D)", ""),
    ):
        if method == "POST":
            answer = await shelf.json(method, path, {"q": q})
        else:
            answer = await shelf.json(method, f"{path}?q={quote(q)}")
        assert ids(answer) == list(expected), q


@every_list
async def test_sizes_and_numbers_out_of_range_are_400(rest: Rest, method: str, path: str) -> None:
    for name, value in (
        ("pageSize", "0"),
        ("pageSize", "2001"),
        ("pageSize", "9" * 5000),
        ("pageSize", "-1"),
        ("pageSize", "1.5"),
        ("pageSize", "%D9%A1"),
        ("pageNumber", "0"),
        ("pageNumber", "one"),
        ("pageNumber", "%201"),
    ):
        response = await rest(method, f"{path}?{name}={value}")
        body = response.json()
        assert (response.status_code, body) == (
            400,
            validation(name, body["details"]["message"], of="parameter"),
        )


@every_list
async def test_the_total_is_sent_to_who_asks(shelf: Rest, method: str, path: str) -> None:
    for value in ("true", "TRUE"):
        response = await shelf(method, f"{path}?pageSize=2", headers={"X-Total-Count": value})
        assert response.headers["x-total-count"] == "5"
        assert len(response.json()) == 2
    for value in ("false", "1", "", "yes"):
        response = await shelf(method, path, headers={"X-Total-Count": value})
        assert "x-total-count" not in response.headers


@every_list
async def test_cursors_walk_forth_and_back(shelf: Rest, method: str, path: str) -> None:
    pages, query = [], "?pageSize=2"
    backwards = ""
    while (response := await shelf(method, path + query)).json():
        assert response.status_code == 200
        pages.append(ids(response.json()))
        assert len(response.headers["x-next-cursor"]) <= 4096
        backwards = response.headers["x-prev-cursor"]
        query = f"?pageSize=2&pageNumber=77&next={response.headers['x-next-cursor']}"
    assert pages == [["a", "b"], ["c", "d"], ["e"]]
    assert "x-next-cursor" not in response.headers
    assert "x-prev-cursor" not in response.headers
    response = await shelf(method, f"{path}?pageSize=3&prev={backwards}")
    assert ids(response.json()) == ["b", "c", "d"]
    response = await shelf(method, f"{path}?prev={response.headers['x-prev-cursor']}")
    assert ids(response.json()) == ["a"]


@every_list
async def test_cursors_at_fault_are_400(shelf: Rest, method: str, path: str) -> None:
    cursor = (await shelf(method, path)).headers["x-next-cursor"]
    for query, field in (
        (f"next={cursor}&prev={cursor}", "prev"),
        ("next=nonsense", "next"),
        (f"next=&prev={cursor}&prev=&next={cursor}", "prev"),
        (f"next={'A' * 4097}", "next"),
        (f"next={cursor}&sort=metadata.version", "next"),
        (f"prev={cursor}&q=mixins.a:1", "prev" if method == "GET" else None),
    ):
        response = await shelf(method, f"{path}?{query}")
        if field is None:
            assert response.status_code == 200
            continue
        body = response.json()
        assert (response.status_code, body) == (
            400,
            validation(field, body["details"]["message"], of="parameter"),
        )


@pytest.mark.parametrize("page_size", [1, 60])
@pytest.mark.parametrize(
    ("accepted", "expected", "shown"),
    [
        ("", "bcda", [None, None, None, "d"]),
        ("de-CH", "cbad", [None, "a", "b", "e"]),
        ("it, *;q=0.1", "bcad", ["a", "c", "d", "e"]),
        ("fr, *;q=0.5", "cadb", ["c", "d", "e", "z"]),
    ],
)
async def test_a_list_sorts_by_the_texts_that_it_shows(
    rest: Rest, accepted: str, expected: str, shown: list[str | None], page_size: int
) -> None:
    names = ({"en": "d", "de": "b"}, {"de-CH": "a", "fr": "z"}, {"fr": "c"}, {"de-ch": "e"})
    for segment_id, name in zip("abcd", names, strict=True):
        await rest.segment(segment_id, name=name)
    headers = {"Accept-Language": accepted}
    seen, query = [], f"?sort=name&pageSize={page_size}"
    while documents := (response := await rest("GET", query, headers=headers)).json():
        seen += documents
        query = f"?sort=name&pageSize={page_size}&next={response.headers['x-next-cursor']}"
    assert ids(seen) == list(expected)
    assert [next(iter(one["name"].values()), None) for one in seen] == shown


async def test_a_cursor_is_bound_to_the_languages_that_it_was_sorted_by(rest: Rest) -> None:
    await rest.segment("gold")
    cursor = (await rest("GET", "?sort=name")).headers["x-next-cursor"]
    for accepted, status in (("", 200), ("en", 200), ("en, *;q=0.1", 400), ("de", 400)):
        headers = {"Accept-Language": accepted}
        assert (await rest("GET", f"?sort=name&next={cursor}", headers=headers)).status_code == status


async def test_the_cursor_mode_has_no_total(shelf: Rest) -> None:
    cursor = (await shelf("GET")).headers["x-prev-cursor"]
    response = await shelf("GET", f"?next={cursor}", headers={"X-Total-Count": "true"})
    assert ids(response.json()) == ["b", "c", "d", "e"]
    assert "x-total-count" not in response.headers


@pytest.mark.parametrize("sort", ["description.en", "description.en:desc", "mixins.m.text:desc,name"])
@pytest.mark.parametrize("mode", ["next", "prev"])
async def test_a_list_goes_on_whatever_the_length_of_what_it_is_sorted_by(
    rest: Rest, sort: str, mode: str
) -> None:
    texts = {"a": "x" * 5_000, "b": "x" * 9_999, "c": "x" * 5_000 + "y", "d": "x" * 5_000 + "y"}
    for segment_id, text in texts.items():
        await rest.segment(segment_id, description={"en": text}, mixins={"m": {"text": text}})
    expected = list("dcba" if mode == "prev" else "abcd")
    if sort.endswith("desc") or "mixins" in sort:
        expected = list("abdc" if mode == "prev" else "cdba")
    seen: list[str] = []
    response = await rest("GET", f"?sort={sort}&pageNumber={4 if mode == 'prev' else 1}&pageSize=1")
    while documents := response.json():
        seen += ids(documents)
        cursor = response.headers[f"x-{mode}-cursor"]
        assert len(cursor) <= 4_096
        response = await rest("GET", f"?sort={sort}&pageSize=1&{mode}={cursor}")
    assert seen == expected


@pytest.mark.parametrize("mode", ["next", "prev"])
async def test_a_sort_by_ten_mixed_mixins_goes_on(rest: Rest, mode: str) -> None:
    for number, segment_id in enumerate("abcd"):
        await rest.segment(segment_id, mixins={"m": {"v0": 1, "v9": -number}})
    sort = ",".join(f"mixins.m.v{number}{':desc' if number % 2 else ''}" for number in range(10))
    response = await rest("GET", f"?sort={sort}&pageNumber={4 if mode == 'prev' else 1}&pageSize=1")
    seen: list[str] = []
    while documents := response.json():
        seen += ids(documents)
        response = await rest("GET", f"?sort={sort}&pageSize=1&{mode}={response.headers[f'x-{mode}-cursor']}")
    assert seen == list("dcba" if mode == "prev" else "abcd")


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("siteCode", "acebd"),
        ("siteCode:DESC", "bdace"),
        ("siteCode:desc,id:desc", "dbeca"),
        ("siteCode:sideways, id:desc", "ecadb"),
        ("description", "edcba"),
        ("description.en:desc", "abcde"),
        ("_id:desc", "edcba"),
        ("metadata.version", "abcde"),
        ("mixins.none.at", "abcde"),
        ("", "abcde"),
    ],
)
async def test_lists_are_sorted_by_fields(shelf: Rest, sort: str, expected: str) -> None:
    assert ids(await shelf.json("GET", f"?sort={sort}")) == list(expected)
    assert ids(await shelf.json("POST", f"/search?sort={sort}")) == list(expected)


async def test_an_unknown_field_to_sort_or_filter_by_is_400_and_names_those_there_are(rest: Rest) -> None:
    fields = (
        "There is no field 'colour' in segments. Fields: id, name[.<language>], description[.<language>], "
        "validity.from, validity.to, status, siteCode, mixins.*, metadata.createdAt, metadata.modifiedAt, "
        "metadata.version, metadata.mixins.*."
    )
    for query, field in (("sort=colour", "sort"), ("q=colour:red", "q")):
        response = await rest("GET", f"?{query}")
        assert (response.status_code, response.json()) == (400, validation(field, fields, of="parameter"))


async def test_q_filters_in_the_query_and_in_the_body(shelf: Rest) -> None:
    for q, expected in (
        ("siteCode:odd", "bd"),
        ("id:(a,e) siteCode:even", "ae"),
        ("", "abcde"),
        ("name.en:~[ab]", "ab"),
    ):
        response = await shelf.client.get(
            f"/customer-segment/{shelf.tenant}/segments",
            params={"q": q},
            headers={"Authorization": shelf.token("R"), "X-Total-Count": "true"},
        )
        assert ids(response.json()) == list(expected)
        assert response.headers["x-total-count"] == str(len(expected))
        assert ids(await shelf.json("POST", "/search", {"q": q})) == list(expected)
    assert ids(await shelf.json("POST", "/search", {"q": None})) == list("abcde")
    assert ids(await shelf.json("POST", "/search?q=nonsense", {})) == list("abcde")


async def test_a_malformed_q_is_400_by_either_way(rest: Rest) -> None:
    for q in ("active", "id:()", "metadata.version:>abc", "name.en:~["):
        by_query = await rest("GET", f"?q={q}")
        by_body = await rest("POST", "/search", {"q": q})
        assert by_query.status_code == by_body.status_code == 400
        message = by_query.json()["details"]["message"]
        assert by_query.json() == by_body.json() == validation("q", message, of="parameter")
    response = await rest("POST", "/search", {"q": 1})
    assert (response.status_code, response.json()) == (400, validation("q", "A text is expected."))
    assert (await rest("POST", "/search", ["q"])).status_code == 400


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("siteCode", {"id": "gold", "siteCode": "main"}),
        ("name.en, metadata.version", {"id": "gold", "name": {"en": "gold"}, "metadata": {"version": 1}}),
        ("metadata.version,metadata.nothing", {"id": "gold", "metadata": {"version": 1}}),
        ("nothing,id.more,mixins.a.b", {"id": "gold", "mixins": {"a": {"b": 1}}}),
        ("name.fr", {"id": "gold"}),
        ("mixins,mixins.a", {"id": "gold", "mixins": {"a": {"b": 1, "c": 2}}}),
    ],
)
async def test_fields_select_members_of_segments(
    rest: Rest, fields: str, expected: dict[str, object]
) -> None:
    await rest.segment("gold", mixins={"a": {"b": 1, "c": 2}})
    assert await rest.json("GET", f"/gold?fields={fields}") == expected
    assert await rest.json("GET", f"?fields={fields}") == [expected]
    assert await rest.json("POST", f"/search?fields={fields}") == [expected]


async def test_assignments_show_exactly_the_selected_fields(rest: Rest) -> None:
    await rest.segment("gold")
    await rest.assign("/gold/customers/c")
    await rest.assign("/gold/items/PRODUCT/p")
    assert await rest.json("GET", "/gold/customers?fields=assignmentType") == [{"assignmentType": "MANUAL"}]
    assert await rest.json("GET", "/gold/customers/c?fields=customer.id") == {"customer": {"id": "c"}}
    assert await rest.json("GET", "/gold/items?fields=item.id,type") == [
        {"item": {"id": "p"}, "type": "PRODUCT"}
    ]
    assert await rest.json("GET", "/gold/items/PRODUCT/p?fields=colour") == {}


async def test_empty_fields_select_everything(rest: Rest) -> None:
    await rest.segment("gold")
    whole = await rest.json("GET", "/gold")
    for fields in ("", ",", "%20,"):
        assert await rest.json("GET", f"/gold?fields={fields}") == whole
