"""The service behind REST."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from tests.parity.documents import told
from tests.parity.language import ALL
from tests.parity.rest_pages import page_after, page_before, page_numbered
from tests.parity.segment_rules import CONDITIONS
from tests.parity.service import (
    CREATED,
    DONE,
    INVALID,
    Ask,
    CustomerKey,
    Document,
    ItemsAsk,
    Listed,
    Refused,
    Result,
    State,
    Who,
)
from tests.parity.talking import Talk

Parameters = Mapping[str, str | None]
LOCALIZED = ("name", "description", "localizedDescription", "localizedSlug")
CODES = (
    (400, "customers, items or groups assigned", "SEGMENT_IN_USE"),
    (400, "The segment with id", "UNKNOWN_SEGMENT"),
    (400, "does not exist.", "UNKNOWN_REFERENCE"),
    (400, "Maximum size of the payload array is 200.", "TOO_MANY_ELEMENTS"),
    (400, "", INVALID),
    (403, "", "FORBIDDEN"),
    (404, "", "NOT_FOUND"),
    (409, "already exists.", "ALREADY_EXISTS"),
    (409, "has changed.", "VERSION_CONFLICT"),
)
"""By status and what is said with it, the first that fits."""
EVERYTHING = Ask(size=2_000)
READER = Who("R")


class RestApi:
    """One tenant's segments. Every answer is also looked at for what the contract says of its form."""

    def __init__(self, talk: Talk, tenant: str, *, token_of: str | None = None) -> None:
        self._talk = talk
        self._tenant = tenant
        self._token_of = token_of or tenant

    def state(self) -> State:
        segments = self.segments(READER, EVERYTHING).documents
        items = self.items(READER, ItemsAsk(), EVERYTHING).documents
        customers = {
            (one["id"], row["customer"]["id"], row.get("legalEntity", {}).get("id", "")): row
            for one in segments
            for row in self.customers(READER, one["id"], EVERYTHING).documents
        }
        groups = [row for one in segments for row in self.groups(READER, one["id"], EVERYTHING).documents]
        return {
            "segments": {one["id"]: one for one in segments},
            "customers": customers,
            "groups": {(one["segmentId"], one["group"]["id"]): one for one in groups},
            "items": {(one["segmentId"], one["type"], one["item"]["id"]): one for one in items},
        }

    # Segments

    def create_segment(self, who: Who, document: Document) -> Result:
        return _result(self._send(who, "POST", [], document))

    def upsert_segment(self, who: Who, segment_id: str, document: Document) -> Result:
        return _result(self._send(who, "PUT", [segment_id], document))

    def patch_segment(self, who: Who, segment_id: str, operations: Sequence[Document]) -> Result:
        return _result(self._send(who, "PATCH", [segment_id], operations))

    def delete_segment(self, who: Who, segment_id: str, *, force: bool) -> Result:
        return _result(self._send(who, "DELETE", [segment_id], query=_force(force=force)))

    def create_segments(self, who: Who, documents: Sequence[Document]) -> list[Result]:
        return _results(self._send(who, "POST", ["bulk"], documents))

    def upsert_segments(self, who: Who, documents: Sequence[Document]) -> list[Result]:
        return _results(self._send(who, "PUT", ["bulk"], documents))

    def delete_segments(self, who: Who, ids: Sequence[str], *, force: bool) -> list[Result]:
        return _results(self._send(who, "DELETE", ["bulk"], ids, query=_force(force=force)))

    # Customers in segments

    def assign_customer(self, who: Who, segment_id: str, key: CustomerKey, document: Document) -> Result:
        return _result(self._send(who, "PUT", _customer_path(segment_id, key), document))

    def remove_customer(self, who: Who, segment_id: str, key: CustomerKey) -> Result:
        return _result(self._send(who, "DELETE", _customer_path(segment_id, key)))

    def assign_customers(
        self, who: Who, segment_id: str, elements: Sequence[tuple[CustomerKey, Document]]
    ) -> list[Result]:
        body = [{**document, **_customer_key(key)} for key, document in elements]
        return _results(self._send(who, "PUT", [segment_id, "customers", "bulk"], body))

    def remove_customers(self, who: Who, segment_id: str, keys: Sequence[CustomerKey]) -> list[Result]:
        body = list(map(_customer_key, keys))
        return _results(self._send(who, "DELETE", [segment_id, "customers", "bulk"], body))

    # Rules of segments

    def set_rule(self, who: Who, segment_id: str, name: str) -> Result:
        return _result(self._send(who, "PUT", [segment_id, "rule"], CONDITIONS[name]))

    def pause_rule(self, who: Who, segment_id: str) -> Result:
        return _result(self._send(who, "POST", [segment_id, "rule", "pause"]))

    def remove_rule(self, who: Who, segment_id: str, *, keep: bool) -> Result:
        query = {"keepMembers": "true"} if keep else {}
        return _result(self._send(who, "DELETE", [segment_id, "rule"], query=query))

    def release_customers(self, who: Who, segment_id: str, keys: Sequence[CustomerKey]) -> list[Result]:
        body = list(map(_customer_key, keys))
        return _results(self._send(who, "POST", [segment_id, "rule", "release"], body))

    def read_rule(self, who: Who, segment_id: str) -> Document:
        rule = self._send(who, "GET", [segment_id, "rule"]).json()
        return {
            "subject": rule["subject"],
            "state": rule["state"],
            "version": rule["metadata"]["version"],
        }

    # Items in segments

    def assign_item(self, who: Who, segment_id: str, kind: str, item_id: str, document: Document) -> Result:
        return _result(self._send(who, "PUT", [segment_id, "items", kind, item_id], document))

    def remove_item(self, who: Who, segment_id: str, kind: str, item_id: str) -> Result:
        return _result(self._send(who, "DELETE", [segment_id, "items", kind, item_id]))

    def assign_items(
        self, who: Who, segment_id: str, kind: str, elements: Sequence[tuple[str, Document]]
    ) -> list[Result]:
        body = [{**document, "id": item_id} for item_id, document in elements]
        return _results(self._send(who, "PUT", [segment_id, "items", kind, "bulk"], body))

    def remove_items(self, who: Who, segment_id: str, kind: str, ids: Sequence[str]) -> list[Result]:
        return _results(self._send(who, "DELETE", [segment_id, "items", kind, "bulk"], ids))

    # Groups in segments

    def assign_group(self, who: Who, segment_id: str, group_id: str, document: Document) -> Result:
        return _result(self._send(who, "PUT", [segment_id, "groups", group_id], document))

    def remove_group(self, who: Who, segment_id: str, group_id: str) -> Result:
        return _result(self._send(who, "DELETE", [segment_id, "groups", group_id]))

    # Reads

    def own_segments(self, who: Who, ask: Ask) -> Listed:
        return self._list(who, ["me"], ask, {}, has_search=False)

    def groups(self, who: Who, segment_id: str, ask: Ask) -> Listed:
        return self._list(who, [segment_id, "groups"], ask, {})

    def group(self, who: Who, segment_id: str, group_id: str, language: str) -> Document:
        answer = self._send(who, "GET", [segment_id, "groups", group_id], language=language)
        return _shown(answer.json(), language)

    def segments(
        self, who: Who, ask: Ask, *, customer: str | None = None, legal_entity: str | None = None
    ) -> Listed:
        return self._list(who, [], ask, {"customerId": customer, "legalEntityId": legal_entity})

    def segment(
        self, who: Who, segment_id: str, language: str, *, legal_entity: str | None = None
    ) -> Document:
        query = {"legalEntityId": legal_entity}
        return _shown(self._send(who, "GET", [segment_id], query=query, language=language).json(), language)

    def customers(self, who: Who, segment_id: str, ask: Ask) -> Listed:
        return self._list(who, [segment_id, "customers"], ask, {})

    def customer(self, who: Who, segment_id: str, key: CustomerKey) -> Document:
        document: Document = self._send(who, "GET", _customer_path(segment_id, key)).json()
        return document

    def items(self, who: Who, which: ItemsAsk, ask: Ask) -> Listed:
        legal_entity = {"legalEntityId": which.legal_entity}
        if which.segment_id is not None:
            return self._list(who, [which.segment_id, "items"], ask, legal_entity)
        query = {
            "siteCode": which.site_code,
            "onlyActive": str(which.only_active).lower(),
            **legal_entity,
        }
        return self._list(who, ["items"], ask, query, has_search=False)

    def item(
        self,
        who: Who,
        segment_id: str,
        kind: str,
        item_id: str,
        language: str,
        *,
        legal_entity: str | None = None,
    ) -> Document:
        path, query = [segment_id, "items", kind, item_id], {"legalEntityId": legal_entity}
        return _shown(self._send(who, "GET", path, query=query, language=language).json(), language)

    def trees(
        self, who: Who, language: str, *, site_code: str | None = None, legal_entity: str | None = None
    ) -> list[Document]:
        query = {"siteCode": site_code, "legalEntityId": legal_entity}
        answer = self._send(who, "GET", ["items", "category-trees"], query=query, language=language)
        return [_shown(tree, language) for tree in answer.json()]

    def match(self, who: Who, site_code: str, items: Sequence[str], segments: Sequence[str]) -> list[str]:
        body = {"site": site_code, "items": [{"id": one} for one in items], "segmentIds": segments}
        return [one["id"] for one in self._send(who, "POST", ["match"], body).json()]

    # The protocol

    def _list(
        self, who: Who, path: Sequence[str], ask: Ask, parameters: Parameters, *, has_search: bool = True
    ) -> Listed:
        query = {**parameters, "pageSize": str(ask.size), "sort": _sort(ask), "fields": ",".join(ask.fields)}
        body = None
        if ask.by_search and has_search:
            path, body = [*path, "search"], {"q": ask.q}
        else:
            query["q"] = ask.q

        def page(**window: str) -> httpx.Response:
            method = "GET" if body is None else "POST"
            return self._send(who, method, path, body, query=query | window, language=ask.language)

        find = page_before if ask.from_end else page_after if ask.by_cursor else page_numbered
        documents, total = find(page, ask)
        return Listed([_shown(one, ask.language) for one in documents], total)

    def _send(
        self,
        who: Who,
        method: str,
        path: Sequence[str],
        body: Any = None,
        *,
        query: Parameters | None = None,
        language: str = ALL,
    ) -> httpx.Response:
        url = "/".join(
            ["/customer-segment", self._tenant, "segments", *(quote(part, safe="") for part in path)]
        )
        given = {name: value for name, value in (query or {}).items() if value is not None}
        headers = {"Accept-Language": language, "X-Total-Count": "true"}
        answer = self._talk.send(
            method, f"{url}?{urlencode(given)}", self._token_of, who, headers=headers, body=body
        )
        if not answer.is_success:
            assert answer.json()["code"] == answer.status_code
            raise Refused(code_of(answer.json()))
        return answer


def code_of(error: Document) -> str:
    """The catalogue's code of an error body, or of a failed element of a bulk answer."""
    said = f"{error['message']} {error.get('details', {}).get('message', '')}"
    return next((code for status, words, code in CODES if status == error["code"] and words in said), said)


def _result(answer: httpx.Response) -> Result:
    if answer.status_code == httpx.codes.CREATED:
        return Result(CREATED, answer.json()["id"] if answer.content else None)
    assert (answer.status_code, answer.content) == (httpx.codes.NO_CONTENT, b"")
    return Result(DONE)


def _results(answer: httpx.Response) -> list[Result]:
    assert answer.status_code == httpx.codes.MULTI_STATUS
    entries = answer.json()
    assert [entry["index"] for entry in entries] == list(range(1, len(entries) + 1))
    return [Result(_effect(entry), entry.get("id")) for entry in entries]


def _effect(entry: Document) -> str:
    effects = {(201, "Created"): CREATED, (204, "OK"): DONE}
    return effects.get((entry["code"], entry["status"])) or code_of(entry)


def _shown(document: Document, language: str) -> Document:
    """Of a map with one entry the text (D11); members that say nothing are left out."""
    result = dict(document)
    if language != ALL:
        for member in LOCALIZED:
            texts = result.get(member)
            if texts is not None:
                assert len(texts) <= 1
                result[member] = next(iter(texts.values()), None)
    for joined in ("item", "group"):
        if joined in result:
            result[joined] = _shown(result[joined], language)
    if "subcategories" in result:
        result["subcategories"] = [_shown(one, language) for one in result["subcategories"]]
    return told(result)


def _customer_path(segment_id: str, key: CustomerKey) -> list[str]:
    return [segment_id, "customers", *(part for part in key if part is not None)]


def _customer_key(key: CustomerKey) -> Document:
    return told({"customerId": key[0], "legalEntityId": key[1]})


def _force(*, force: bool) -> Parameters:
    return {"forceDelete": "true"} if force else {}


def _sort(ask: Ask) -> str | None:
    return ",".join(f"{path}:{'desc' if descending else 'asc'}" for path, descending in ask.sort) or None
