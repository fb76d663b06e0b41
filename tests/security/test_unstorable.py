"""U+0000 and lone surrogates wherever a client can send text: 400, on both databases, through both APIs."""

from typing import Any, Final

import httpx
import orjson
import pytest
from graphql import GraphQLInputObjectType, GraphQLList, GraphQLNonNull, GraphQLScalarType, get_nullable_type

from gateway.identity.tokens import issue_token
from resolvers.caller import Scope
from rest_compat.operations import OPERATIONS
from schema.root import schema
from tests.security.apis import bearer

NUL: Final = "The character U+0000 cannot be stored or searched for; remove it."
QUERY_TEXT: Final = "The query is not UTF-8, or holds the character U+0000."
JSON: Final = {"Content-Type": "application/json"}
PERCENT_ENCODED: Final = ["a%00b", "%00", "a%ED%A0%80b", "a%FFb"]
"""U+0000, alone and not; a surrogate as UTF-8 would write it; no UTF-8 at all."""
ESCAPED: Final = ["a\\u0000b", "a\\ud800b", "a\\udfffb"]
"""The same in JSON."""


@pytest.fixture
def headers(secret: str, tenant: str) -> dict[str, str]:
    scopes = [Scope.READ, Scope.READ_OWN, Scope.MANAGE]
    return bearer(issue_token(secret, tenant, scopes, customer_id="anna")) | JSON


async def graphql_refusal(answer: httpx.Response) -> str:
    assert (answer.status_code, list(answer.json())) == (400, ["errors"])
    [error] = answer.json()["errors"]
    assert error["extensions"] == {"code": "BAD_REQUEST"}
    message: str = error["message"]
    return message


@pytest.mark.parametrize("text", PERCENT_ENCODED)
@pytest.mark.parametrize(
    "parameters",
    [
        'query={segment(id:"TEXT"){id}}',
        'query={segment(id:"""TEXT"""){id}}',
        'query={segments(q:"id:TEXT"){nodes{id}}}',
        "query={__typename}%23TEXT",
        "query={__typename}&operationName=TEXT",
        'query=query($i:ID!){segment(id:$i){id}}&variables={"i":"TEXT"}',
        'query={__typename}&extensions={"TEXT":1}',
        "query={__typename}&TEXT=1",
    ],
)
async def test_a_graphql_query_by_get_is_refused(
    client: httpx.AsyncClient, headers: dict[str, str], parameters: str, text: str
) -> None:
    answer = await client.get("/graphql?" + parameters.replace("TEXT", text), headers=headers)
    assert await graphql_refusal(answer) == QUERY_TEXT


@pytest.mark.parametrize(
    "document",
    [
        r'{ segment(id: "a\u0000b") { id } }',
        r'{ segment(id: "a\u{0}b") { id } }',
        r'{ segment(id: "a\u{00000}b") { id } }',
        '{ segment(id: "a\0b") { id } }',
        '{ segment(id: """a\0b""") { id } }',
        '{ segments(q: """\n  id:\0\n""") { nodes { id } } }',
        "{ __typename } # \0",
        '"\0" { __typename }',
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_document_with_nul_is_refused(
    client: httpx.AsyncClient, headers: dict[str, str], document: str, method: str
) -> None:
    if method == "GET":
        answer = await client.get("/graphql", params={"query": document}, headers=headers)
    else:
        answer = await client.post("/graphql", content=orjson.dumps({"query": document}), headers=headers)
    assert await graphql_refusal(answer) in {NUL, QUERY_TEXT}


@pytest.mark.parametrize("escape", [r"\ud800", r"\udc00", r"\u{d800}", r"\u{110000}"])
async def test_a_document_with_a_lone_surrogate_is_explained(
    client: httpx.AsyncClient, headers: dict[str, str], escape: str
) -> None:
    document = {"query": f'{{ segment(id: "{escape}") {{ id }} }}'}
    answer = await client.post("/graphql", json=document, headers=headers)
    [error] = answer.json()["errors"]
    assert error["message"].startswith("Syntax Error: Invalid Unicode escape sequence")
    assert error["extensions"] == {"code": "BAD_REQUEST"}


def variable_with(text: str, type_: Any, depth: int = 0) -> str | None:
    """JSON of a type with the text in every string of it; None where it has none."""
    match get_nullable_type(type_):
        case GraphQLScalarType(name="ID" | "String" | "DateTime"):
            return f'"{text}"'
        case GraphQLScalarType(name="JSON"):
            return f'{{"a": {{"n": ["{text}"]}}}}'
        case GraphQLList(of_type=item):
            inner = variable_with(text, item, depth)
            return inner and f"[{inner}]"
        case GraphQLInputObjectType(fields=fields) if depth < 4:
            members = {name: variable_with(text, one.type, depth + 1) for name, one in fields.items()}
            inside = ", ".join(f'"{name}": {value}' for name, value in members.items() if value)
            return inside and f"{{{inside}}}"
    return None


def _arguments() -> list[tuple[str, Any, str]]:
    core = schema._schema  # noqa: SLF001  (there is no other way to the arguments)
    found = []
    for kind, root in (("query", core.query_type), ("mutation", core.mutation_type)):
        assert root is not None
        for field, definition in root.fields.items():
            required = [name for name, one in definition.args.items() if isinstance(one.type, GraphQLNonNull)]
            for name, argument in definition.args.items():
                if variable_with("", argument.type):
                    names = [name, *(one for one in required if one != name)]
                    declared = ", ".join(f"${one}: {definition.args[one].type}" for one in names)
                    passed = ", ".join(f"{one}: ${one}" for one in names)
                    found.append(
                        (name, argument.type, f"{kind} ({declared}) {{ {field}({passed}) {{ __typename }} }}")
                    )
    return found


ARGUMENTS: Final = _arguments()


@pytest.mark.parametrize(("name", "type_", "document"), ARGUMENTS, ids=lambda value: str(value)[:30])
async def test_every_text_of_every_argument_is_looked_at(
    client: httpx.AsyncClient, headers: dict[str, str], name: str, type_: Any, document: str
) -> None:
    for text in ESCAPED:
        value = variable_with(text, type_)
        body = f'{{"query": {orjson.dumps(document).decode()}, "variables": {{"{name}": {value}}}}}'
        message = await graphql_refusal(await client.post("/graphql", content=body, headers=headers))
        assert message == NUL or message.startswith("The request body is not JSON in UTF-8: ")


REST_BODIES: Final = {
    "POST ": ['{"id": TEXT, "name": {"en": "x"}, "siteCode": "m"}', '{"name": {"en": TEXT}, "siteCode": "m"}',
              '{"name": {TEXT: "x"}, "siteCode": "m"}', '{"name": {"en": "x"}, "siteCode": TEXT}',
              '{"name": {"en": "x"}, "siteCode": "m", "status": TEXT}',
              '{"name": {"en": "x"}, "siteCode": "m", "validity": {"from": TEXT}}',
              '{"name": {"en": "x"}, "siteCode": "m", "mixins": {TEXT: {}}}',
              '{"name": {"en": "x"}, "siteCode": "m", "mixins": {"a": {TEXT: 1}}}',
              '{"name": {"en": "x"}, "siteCode": "m", "mixins": {"a": {"n": [TEXT]}}}',
              '{"name": {"en": "x"}, "siteCode": "m", "metadata": {"mixins": {"a": TEXT}}}'],
    "PATCH /gold": ['[{"op": TEXT, "path": "/status", "value": "ACTIVE"}]',
                    '[{"op": "add", "path": TEXT, "value": 1}]',
                    '[{"op": "add", "path": "/name/de", "value": TEXT}]',
                    '[{"op": "add", "path": "/mixins/a", "value": {TEXT: 1}}]'],
    "POST /search": ['{"q": TEXT}', '{"q": "id:a TEXT"}'],
    "POST /gold/customers/search": ['{"q": TEXT}'],
    "POST /gold/items/search": ['{"q": TEXT}'],
    "POST /match": ['{"site": TEXT, "items": [{"id": "a"}], "segmentIds": ["a"]}',
                    '{"site": "m", "items": [{"id": TEXT}], "segmentIds": ["a"]}',
                    '{"site": "m", "items": [{"id": "a"}], "segmentIds": [TEXT]}'],
    "PUT /gold/customers/anna": ['{"mixins": {"a": {"n": TEXT}}}'],
    "PUT /gold/items/PRODUCT/p": ['{"mixins": {"a": {"n": TEXT}}}'],
}  # fmt: skip
BULK_BODIES: Final = {
    "POST /bulk": ['[{"id": TEXT, "name": {"en": "x"}, "siteCode": "m"}]'],
    "PUT /bulk": ['[{"name": {"en": TEXT}, "siteCode": "m"}]'],
    "DELETE /bulk": ["[TEXT]"],
    "PUT /gold/customers/bulk": ['[{"customerId": TEXT}]', '[{"customerId": "a", "legalEntityId": TEXT}]'],
    "DELETE /gold/customers/bulk": ['[{"customerId": TEXT}]'],
    "PUT /gold/items/PRODUCT/bulk": ['[{"id": TEXT}]'],
    "DELETE /gold/items/PRODUCT/bulk": ['[{"id": TEXT}]', "[TEXT]"],
}


def cases(bodies: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(line, body) for line, all_of_it in bodies.items() for body in all_of_it]


@pytest.mark.parametrize(("line", "body"), cases(REST_BODIES) + cases(BULK_BODIES))
async def test_a_text_in_a_rest_body_is_refused(
    client: httpx.AsyncClient, headers: dict[str, str], tenant: str, line: str, body: str
) -> None:
    method, _, path = line.partition(" ")
    address = f"/customer-segment/{tenant}/segments"
    document = {"name": {"en": "x"}, "siteCode": "m"}
    assert (await client.put(f"{address}/gold", json=document, headers=headers)).status_code == 201
    for text in ESCAPED:
        content = body.replace("TEXT", f'"{text}"')
        answer = await client.request(method, address + path, content=content, headers=headers)
        if "u0000" in text and line in BULK_BODIES:
            assert (answer.status_code, answer.json()[0]["code"]) == (207, 400)
        else:
            assert (answer.status_code, answer.json()["code"]) == (400, 400)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.operation_id)
async def test_a_text_in_a_rest_address_is_refused(
    client: httpx.AsyncClient, headers: dict[str, str], tenant: str, operation: Any
) -> None:
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    values = {"tenant": tenant, "segmentId": "gold", "type": "PRODUCT"}
    parameters = ["q", "sort", "fields", "pageSize", "pageNumber", "next", "prev", "customerId", "siteCode",
                  "legalEntityId", "onlyActive", "forceDelete", "unknown"]  # fmt: skip
    content = b"[]" if "bulk" in operation.path else b'{"name": {"en": "x"}, "siteCode": "m"}'
    for text in PERCENT_ENCODED:
        for name in names:
            path = operation.path
            for one in names:
                path = path.replace(f"{{{one}}}", text if one == name else values.get(one, "a"))
            answer = await client.request(
                operation.method, f"/customer-segment{path}", content=content, headers=headers
            )
            assert answer.status_code in {400, 404, 405}, (path, answer.text)
            assert answer.json()["code"] == answer.status_code
        path = operation.path
        for one in names:
            path = path.replace(f"{{{one}}}", values.get(one, "a"))
        for name in parameters:
            url = f"/customer-segment{path}?{name}={text}"
            answer = await client.request(operation.method, url, content=content, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (400, 400), (url, answer.text)


@pytest.mark.parametrize("name", ["Accept-Language", "Content-Language", "Emporix-Tenant", "X-Request-Id",
                                  "X-Total-Count", "Accept", "If-Match", "If-None-Match"])  # fmt: skip
@pytest.mark.parametrize("value", [b"\xed\xa0\x80", b"\xff", b"en,\xc3\xa9;q=0.5"])
async def test_a_header_is_no_way_around(
    client: httpx.AsyncClient, headers: dict[str, str], tenant: str, name: str, value: bytes
) -> None:
    """The HTTP parser lets no U+0000 through; other bytes above 127 it does."""
    sent = [(key.encode(), text.encode()) for key, text in headers.items()] + [(name.encode(), value)]
    for request in (
        client.build_request("GET", f"/customer-segment/{tenant}/segments?sort=name", headers=sent),
        client.build_request(
            "POST", "/graphql", headers=sent, content=b'{"query": "{segments{nodes{name}}}"}'
        ),
    ):
        answer = await client.send(request)
        assert answer.status_code in {200, 400, 406, 412}, answer.text
