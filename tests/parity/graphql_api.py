"""The service behind GraphQL, by the counterparts of REST's operations."""

from collections.abc import Mapping, Sequence
from typing import Any

from docs.generate.rest_and_graphql.fragments import FRAGMENTS
from docs.generate.rest_and_graphql.table import COUNTERPARTS, EXTENSIONS
from tests.parity.documents import cut
from tests.parity.graph_documents import (
    customer_document,
    element_input,
    group_document,
    item_document,
    order_by,
    patch_input,
    reference_input,
    segment_document,
    segment_input,
    tree_document,
)
from tests.parity.graph_pages import BACKWARDS, EMPTY, FORWARDS
from tests.parity.graph_results import bulk_results, check_errors, code_of, found, only, written
from tests.parity.language import ALL
from tests.parity.segment_rules import CONDITIONS
from tests.parity.service import (
    ANY,
    CREATED,
    DELETED,
    DONE,
    UNCHANGED,
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

DOCUMENTS = {
    operation_id: counterpart.document for operation_id, counterpart in {**COUNTERPARTS, **EXTENSIONS}.items()
}
INSIDE = {
    "retrieve-customers": "customerAssignments",
    "search-customers": "customerAssignments",
    "retrieve-groups": "groupAssignments",
    "search-groups": "groupAssignments",
    "retrieve-own-segments": "segments",
}
"""Where a list is, in the object that the operation's one field answers."""
STATE = "\n".join(
    [
        """\
query {
  segments(first: 100) {
    nodes {
      ...SegmentFields
      customerAssignments(first: 1000) { nodes { ...CustomerAssignmentFields } }
      itemAssignments(first: 1000) { nodes { ...ItemAssignmentFields } }
      groupAssignments(first: 1000) { nodes { ...GroupAssignmentFields } }
    }
  }
}""",
        *(text for name, text in FRAGMENTS.items() if name not in {"Failure", "CategoryTreeFields"}),
    ]
)


class GraphQLApi:
    """One tenant, which is the one of the token."""

    def __init__(self, talk: Talk, tenant: str) -> None:
        self._talk = talk
        self._tenant = tenant

    def state(self) -> State:
        nodes = self._post(Who("R"), STATE, {}, ALL)["segments"]["nodes"]
        customers = [
            (one["id"], customer_document(row))
            for one in nodes
            for row in one["customerAssignments"]["nodes"]
        ]
        items = [item_document(row, ALL) for one in nodes for row in one["itemAssignments"]["nodes"]]
        groups = [group_document(row, ALL) for one in nodes for row in one["groupAssignments"]["nodes"]]
        return {
            "groups": {(one["segmentId"], one["group"]["id"]): one for one in groups},
            "segments": {one["id"]: segment_document(one, ALL) for one in nodes},
            "customers": {
                (segment_id, row["customer"]["id"], row.get("legalEntity", {}).get("id", "")): row
                for segment_id, row in customers
            },
            "items": {(one["segmentId"], one["type"], one["item"]["id"]): one for one in items},
        }

    # Segments

    def create_segment(self, who: Who, document: Document) -> Result:
        variables = {"input": segment_input(document, "id")}
        return written(self._ask(who, "POST-customer-segment-create-segment", variables), CREATED)

    def upsert_segment(self, who: Who, segment_id: str, document: Document) -> Result:
        version = document.get("metadata", {}).get("version")
        variables = {"segmentId": segment_id, "input": segment_input(document), "expectedVersion": version}
        return written(self._ask(who, "PUT-customer-segment-update-segment", variables))

    def patch_segment(self, who: Who, segment_id: str, operations: Sequence[Document]) -> Result:
        variables = {"segmentId": segment_id, "operations": list(map(patch_input, operations))}
        return written(self._ask(who, "PATCH-customer-segment-update-segment", variables), DONE)

    def delete_segment(self, who: Who, segment_id: str, *, force: bool) -> Result:
        variables = {"segmentId": segment_id, "forceDelete": force}
        payload = self._ask(who, "DELETE-customer-segment-remove-segment", variables)
        check_errors(payload["userErrors"])
        deleted = payload["deletedSegmentId"]
        assert deleted in {None, segment_id}
        return Result(UNCHANGED if deleted is None else DELETED)

    def create_segments(self, who: Who, documents: Sequence[Document]) -> list[Result]:
        variables = {"inputs": [segment_input(one, "id") for one in documents]}
        return bulk_results(
            self._ask(who, "POST-customer-segment-create-segments-bulk", variables), "segment"
        )

    def upsert_segments(self, who: Who, documents: Sequence[Document]) -> list[Result]:
        variables = {"inputs": [segment_input(one, "id", "version") for one in documents]}
        return bulk_results(self._ask(who, "PUT-customer-segment-update-segments-bulk", variables), "segment")

    def delete_segments(self, who: Who, ids: Sequence[str], *, force: bool) -> list[Result]:
        variables = {"ids": ids, "forceDelete": force}
        return bulk_results(
            self._ask(who, "DELETE-customer-segment-remove-segments-bulk", variables), "segment"
        )

    # Customers in segments

    def assign_customer(self, who: Who, segment_id: str, key: CustomerKey, document: Document) -> Result:
        suffix = "customer-by-customerId" if key[1] is None else "customer"
        variables = {"segmentId": segment_id, "customer": element_input(_customer_key(key), document)}
        payload = self._ask(who, f"PUT-customer-segment-update-{suffix}", variables)
        return only(bulk_results(payload, "customerAssignment"))

    def remove_customer(self, who: Who, segment_id: str, key: CustomerKey) -> Result:
        suffix = "customer-by-customerId" if key[1] is None else "customer"
        variables = {"segmentId": segment_id, "customer": _customer_key(key)}
        payload = self._ask(who, f"DELETE-customer-segment-remove-{suffix}", variables)
        return only(bulk_results(payload, "customerAssignment"))

    def assign_customers(
        self, who: Who, segment_id: str, elements: Sequence[tuple[CustomerKey, Document]]
    ) -> list[Result]:
        customers = [element_input(_customer_key(key), document) for key, document in elements]
        variables = {"segmentId": segment_id, "customers": customers}
        payload = self._ask(who, "PUT-customer-segment-update-customers-bulk", variables)
        return bulk_results(payload, "customerAssignment")

    def remove_customers(self, who: Who, segment_id: str, keys: Sequence[CustomerKey]) -> list[Result]:
        variables = {"segmentId": segment_id, "customers": list(map(_customer_key, keys))}
        payload = self._ask(who, "DELETE-customer-segment-remove-customers-bulk", variables)
        return bulk_results(payload, "customerAssignment")

    # Rules of segments

    def set_rule(self, who: Who, segment_id: str, name: str) -> Result:
        payload = self._ask(
            who, "PUT-customer-segment-update-rule", {"segmentId": segment_id, "rule": CONDITIONS[name]}
        )
        check_errors(payload["userErrors"])
        return Result(ANY, version=payload["rule"]["version"])

    def pause_rule(self, who: Who, segment_id: str) -> Result:
        payload = self._ask(who, "POST-customer-segment-pause-rule", {"segmentId": segment_id})
        check_errors(payload["userErrors"])
        return Result(DONE, version=payload["rule"]["version"])

    def remove_rule(self, who: Who, segment_id: str, *, keep: bool) -> Result:
        variables = {"segmentId": segment_id, "keepMembers": keep}
        payload = self._ask(who, "DELETE-customer-segment-remove-rule", variables)
        check_errors(payload["userErrors"])
        return Result(UNCHANGED if payload["removedFromSegmentId"] is None else DELETED)

    def release_customers(self, who: Who, segment_id: str, keys: Sequence[CustomerKey]) -> list[Result]:
        variables = {"segmentId": segment_id, "customers": list(map(_customer_key, keys))}
        payload = self._ask(who, "POST-customer-segment-release-customers", variables)
        return bulk_results(payload, "customerAssignment")

    def read_rule(self, who: Who, segment_id: str) -> Document:
        variables = {"segmentId": segment_id}
        segment = self._ask(who, "GET-customer-segment-retrieve-rule", variables)
        rule = segment and segment["rule"]
        if rule is None:
            raise Refused("NOT_FOUND")
        return {name: rule[name] for name in ("subject", "state", "version")}

    # Items in segments

    def assign_item(self, who: Who, segment_id: str, kind: str, item_id: str, document: Document) -> Result:
        item = element_input({"itemId": item_id}, document)
        variables = {"segmentId": segment_id, "type": kind, "item": item}
        return only(
            bulk_results(self._ask(who, "PUT-customer-segment-update-item", variables), "itemAssignment")
        )

    def remove_item(self, who: Who, segment_id: str, kind: str, item_id: str) -> Result:
        variables = {"segmentId": segment_id, "type": kind, "itemId": item_id}
        payload = self._ask(who, "DELETE-customer-segment-remove-item", variables)
        return only(bulk_results(payload, "itemAssignment"))

    def assign_items(
        self, who: Who, segment_id: str, kind: str, elements: Sequence[tuple[str, Document]]
    ) -> list[Result]:
        items = [element_input({"itemId": item_id}, document) for item_id, document in elements]
        variables = {"segmentId": segment_id, "type": kind, "items": items}
        payload = self._ask(who, "PUT-customer-segment-update-items-bulk", variables)
        return bulk_results(payload, "itemAssignment")

    def remove_items(self, who: Who, segment_id: str, kind: str, ids: Sequence[str]) -> list[Result]:
        variables = {"segmentId": segment_id, "type": kind, "itemIds": ids}
        payload = self._ask(who, "DELETE-customer-segment-remove-items-bulk", variables)
        return bulk_results(payload, "itemAssignment")

    # Groups in segments

    def assign_group(self, who: Who, segment_id: str, group_id: str, document: Document) -> Result:
        variables = {"segmentId": segment_id, "group": element_input({"groupId": group_id}, document)}
        payload = self._ask(who, "PUT-customer-segment-update-group", variables)
        return only(bulk_results(payload, "groupAssignment"))

    def remove_group(self, who: Who, segment_id: str, group_id: str) -> Result:
        variables = {"segmentId": segment_id, "groupId": group_id}
        payload = self._ask(who, "DELETE-customer-segment-remove-group", variables)
        return only(bulk_results(payload, "groupAssignment"))

    def know(self, kind: str, documents: Sequence[Document]) -> list[str]:
        """Reference data, which only GraphQL writes: the effect of each, or the code of its refusal."""
        name = kind[0].upper() + kind[1:]
        singular = {"legalEntities": "LegalEntity", "categories": "Category"}.get(kind, name[:-1])
        query = f"mutation ($records: [{singular}Input!]!) {{ {kind}Upsert({kind}: $records) {{ "
        query += "results { effect userErrors { code } } userErrors { code } } }"
        variables = {"records": list(map(reference_input, documents))}
        payload = self._post(Who("M"), query, variables, ALL)[f"{kind}Upsert"]
        check_errors(payload["userErrors"])
        return [one["effect"] or one["userErrors"][0]["code"] for one in payload["results"]]

    def forget(self, kind: str, ids: Sequence[str], *, with_assignments: bool) -> list[str]:
        """Delete reference data, which only GraphQL does: the effect of each, or the code of its refusal."""
        query = f"mutation ($ids: [ID!]!) {{ {kind}Delete(ids: $ids"
        query += ", withAssignments: true" if with_assignments else ""
        query += ") { results { effect userErrors { code } } userErrors { code } } }"
        payload = self._post(Who("M"), query, {"ids": list(ids)}, ALL)[f"{kind}Delete"]
        check_errors(payload["userErrors"])
        return [one["effect"] or one["userErrors"][0]["code"] for one in payload["results"]]

    # Reads

    def segments(
        self, who: Who, ask: Ask, *, customer: str | None = None, legal_entity: str | None = None
    ) -> Listed:
        variables = {"customerId": customer, "legalEntityId": legal_entity}
        suffix = "POST-customer-segment-search" if ask.by_search else "GET-customer-segment-retrieve"
        return self._list(
            who, f"{suffix}-segments", ask, variables, lambda node: segment_document(node, ask.language)
        )

    def segment(
        self, who: Who, segment_id: str, language: str, *, legal_entity: str | None = None
    ) -> Document:
        if legal_entity is not None:
            variables = {"q": f'id:"{segment_id}"', "legalEntityId": legal_entity}
            answer = self._ask(who, "GET-customer-segment-retrieve-segments", variables, language)
            return segment_document(found(answer["nodes"]), language)
        variables = {"segmentId": segment_id}
        node = self._ask(who, "GET-customer-segment-retrieve-segment", variables, language)
        return segment_document(found([node] if node else []), language)

    def own_segments(self, who: Who, ask: Ask) -> Listed:
        return self._list(
            who,
            "GET-customer-segment-retrieve-own-segments",
            ask,
            {},
            lambda node: segment_document(node, ask.language),
        )

    def groups(self, who: Who, segment_id: str, ask: Ask) -> Listed:
        operation = "POST-customer-segment-search" if ask.by_search else "GET-customer-segment-retrieve"
        variables = {"segmentId": segment_id}
        return self._list(
            who, f"{operation}-groups", ask, variables, lambda node: group_document(node, ask.language)
        )

    def group(self, who: Who, segment_id: str, group_id: str, language: str) -> Document:
        variables = {"segmentId": segment_id, "groupId": group_id}
        segment = self._ask(who, "GET-customer-segment-retrieve-group", variables, language)
        return group_document(found(segment["groupAssignments"]["nodes"] if segment else []), language)

    def customers(self, who: Who, segment_id: str, ask: Ask) -> Listed:
        operation = "POST-customer-segment-search" if ask.by_search else "GET-customer-segment-retrieve"
        variables = {"segmentId": segment_id}
        return self._list(who, f"{operation}-customers", ask, variables, customer_document)

    def customer(self, who: Who, segment_id: str, key: CustomerKey) -> Document:
        suffix = "customer-by-customerId" if key[1] is None else "customer"
        variables = {"segmentId": segment_id, **_customer_key(key)}
        segment = self._ask(who, f"GET-customer-segment-retrieve-{suffix}", variables)
        return customer_document(found(segment["customerAssignments"]["nodes"] if segment else []))

    def items(self, who: Who, which: ItemsAsk, ask: Ask) -> Listed:
        variables: dict[str, Any] = {"legalEntityId": which.legal_entity}
        if which.segment_id is None:
            operation = "GET-customer-segment-retrieve-segments-items"
            variables |= {"siteCode": which.site_code, "onlyActive": which.only_active}
        else:
            operation = "GET-customer-segment-retrieve-segment-items"
            variables |= {"segmentId": which.segment_id}
        return self._list(who, operation, ask, variables, lambda node: item_document(node, ask.language))

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
        variables = {
            "segmentId": segment_id,
            "type": kind,
            "itemId": item_id,
            "legalEntityId": legal_entity,
        }
        answer = self._ask(who, "GET-customer-segment-retrieve-item", variables, language)
        return item_document(found(answer["nodes"]), language)

    def trees(
        self, who: Who, language: str, *, site_code: str | None = None, legal_entity: str | None = None
    ) -> list[Document]:
        variables = {"siteCode": site_code, "legalEntityId": legal_entity}
        roots = self._ask(who, "GET-customer-segment-retrieve-category-trees", variables, language)
        return [tree_document(root, language) for root in roots]

    def match(self, who: Who, site_code: str, items: Sequence[str], segments: Sequence[str]) -> list[str]:
        variables = {"siteCode": site_code, "itemIds": items, "segmentIds": segments}
        ids: list[str] = self._ask(who, "POST-customer-segment-check-match", variables)
        return ids

    # The protocol

    def _list(
        self, who: Who, operation_id: str, ask: Ask, variables: Mapping[str, Any], document: Any
    ) -> Listed:
        wanted = {**variables, "q": ask.q, "orderBy": order_by(operation_id, ask)}
        way = BACKWARDS if ask.from_end else FORWARDS
        query = way.document(DOCUMENTS[operation_id])
        page: Any = {}
        for number in range(ask.number):
            if number and not page["pageInfo"][way.has_more]:
                return Listed([], page["totalCount"])
            cursor = page["pageInfo"][way.end] if number else None
            window = {way.size: ask.size, way.cursor: cursor}
            page = self._answer(who, query, wanted | window, ask.language)
            if inside := INSIDE.get(operation_id.partition("-segment-")[2]):
                page = page[inside] if page else EMPTY
        return Listed([cut(document(node), ask.fields) for node in page["nodes"]], page["totalCount"])

    def _ask(self, who: Who, operation_id: str, variables: Mapping[str, Any], language: str = ALL) -> Any:
        return self._answer(who, DOCUMENTS[operation_id], variables, language)

    def _answer(self, who: Who, query: str, variables: Mapping[str, Any], language: str) -> Any:
        """What the one field of an operation answers."""
        [answer] = self._post(who, query, variables, language).values()
        return answer

    def _post(self, who: Who, query: str, variables: Mapping[str, Any], language: str) -> Any:
        body = {"query": query, "variables": variables}
        headers = {"Accept-Language": language}
        answer = self._talk.send("POST", "/graphql", self._tenant, who, headers=headers, body=body)
        content = answer.json()
        if "errors" in content:
            raise Refused(code_of(error["extensions"]["code"] for error in content["errors"]))
        return content["data"]


def _customer_key(key: CustomerKey) -> dict[str, str]:
    customer, legal_entity = key
    return {"customerId": customer} | ({} if legal_entity is None else {"legalEntityId": legal_entity})
