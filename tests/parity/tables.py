"""A tenant as plain dictionaries, and what of it a caller may see (behaviour D7, D39)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from tests.parity.documents import told
from tests.parity.language import ALL, shown
from tests.parity.service import Document, Refused, Who

Row: TypeAlias = dict[str, Any]
"""What its writer decides, and the version."""
CustomerRowKey: TypeAlias = tuple[str, str, str]
"""Segment, customer, and the legal entity or nothing."""
ItemRowKey: TypeAlias = tuple[str, str, str]
"""Segment, type, item."""
GroupRowKey: TypeAlias = tuple[str, str]
"""Segment, group."""

NOW: Final = "2026"
"""Where the instants of drafts lie on either side of: years sort as texts."""
KINDS: Final = {"PRODUCT": "products", "CATEGORY": "categories"}


@dataclass(frozen=True, slots=True)
class Rules:
    """What whoever runs the gateway may choose (D28, D38)."""

    enforce_validity: bool = False
    enforce_references: bool = False


@dataclass
class Tables:
    """The rows of one tenant."""

    rules: Rules = Rules()
    segments: dict[str, Row] = field(default_factory=dict)
    customers: dict[CustomerRowKey, Row] = field(default_factory=dict)
    items: dict[ItemRowKey, Row] = field(default_factory=dict)
    groups: dict[GroupRowKey, Row] = field(default_factory=dict)
    known: dict[str, dict[str, Document]] = field(
        default_factory=lambda: {
            "customers": {},
            "legalEntities": {},
            "groups": {},
            "products": {},
            "categories": {},
        }
    )

    def forget(self, kind: str, reference_id: str, *, with_assignments: bool) -> str:
        """Delete reference data with the links to it: the effect, or the code of the refusal."""
        assigned: Mapping[Any, Row] = self.items if kind in KINDS.values() else self.customers
        assigned = self.groups if kind == "groups" else assigned
        place = 1 if kind in {"customers", "groups"} else 2
        rows: list[Any] = [
            key
            for key in assigned
            if key[place] == reference_id and (kind not in KINDS.values() or KINDS[key[1]] == kind)
        ]
        known = reference_id in self.known[kind]
        if rows and known and self.rules.enforce_references and not with_assignments:
            return "REFERENCE_IN_USE"
        self._unlink(kind, reference_id)
        self.known[kind].pop(reference_id, None)
        for key in rows if with_assignments else ():
            del self.customers[key]
        return "DELETED" if known or (with_assignments and rows) else "UNCHANGED"

    def _unlink(self, kind: str, reference_id: str) -> None:
        """Delete the links to a legal entity, a category or a customer."""
        links = {
            "legalEntities": ("customers", "legalEntityIds"),
            "categories": ("products", "categoryIds"),
            "customers": ("groups", "customerIds"),
        }
        owners, member = links.get(kind, ("customers", ""))
        for owner, document in self.known[owners].items():
            if reference_id in document.get(member, ()):
                left = [one for one in document[member] if one != reference_id]
                self.known[owners][owner] = told({**document, member: left})

    def is_active(self, segment_id: str) -> bool:
        segment = self.segments[segment_id]
        if segment["status"] != "ACTIVE":
            return False
        if not self.rules.enforce_validity:
            return True
        validity = segment["validity"]
        return bool(validity.get("from", "") <= NOW < validity.get("to", "9"))

    def segments_of(self, customer: str, legal_entity: str | None) -> set[str]:
        """The segments in which the customer is, for themselves or on behalf of the legal entity."""
        direct = {
            segment_id
            for segment_id, whom, on_behalf in self.customers
            if whom == customer and (legal_entity is None or on_behalf in {"", legal_entity})
        }
        groups = self.groups_of(customer, legal_entity)
        return direct | {segment_id for segment_id, group_id in self.groups if group_id in groups}

    def groups_of(self, customer: str, legal_entity: str | None) -> set[str]:
        """The customer's groups of customers, on nobody's behalf or on that of the legal entity (D72)."""
        return {
            group_id
            for group_id, known in self.known["groups"].items()
            if known["userType"] == "CUSTOMER"
            and customer in known.get("customerIds", ())
            and (legal_entity is None or known.get("legalEntityId", "") in {"", legal_entity})
        }

    def chosen(self, customer: str, legal_entity: str | None) -> str | None:
        """The legal entity of a parameter, which counts only for who has several (D39)."""
        known = self.known["customers"].get(customer, {}).get("legalEntityIds") or []
        own = {on_behalf for _, whom, on_behalf in self.customers if whom == customer and on_behalf}
        return legal_entity if len(set(known) or own) > 1 else None

    def visible_segments(self, who: Who, legal_entity: str | None = None) -> set[str]:
        """All with R; with O the caller's own active ones. Raises Refused."""
        if "R" in who.scopes:
            return set(self.segments)
        return self.own_segments(who, legal_entity)

    def own_segments(self, who: Who, legal_entity: str | None = None) -> set[str]:
        """Raises Refused for who is no customer with O."""
        if "O" not in who.scopes or who.customer is None:
            raise Refused("FORBIDDEN")
        current = who.legal_entity or self.chosen(who.customer, legal_entity)
        return set(filter(self.is_active, self.segments_of(who.customer, current)))

    def visible_customer_rows(self, who: Who) -> Iterable[CustomerRowKey]:
        visible = self.visible_segments(who)
        for key in sorted(self.customers):
            segment_id, customer, on_behalf = key
            own = customer == who.customer and (
                who.legal_entity is None or on_behalf in {"", who.legal_entity}
            )
            if segment_id in visible and ("R" in who.scopes or own):
                yield key

    def visible_group_rows(self, who: Who) -> Iterable[GroupRowKey]:
        visible = self.visible_segments(who)
        own = set() if "R" in who.scopes else self.groups_of(who.customer or "", who.legal_entity)
        return [
            key for key in sorted(self.groups) if key[0] in visible and ("R" in who.scopes or key[1] in own)
        ]

    def segment_document(self, segment_id: str, language: str = ALL) -> Document:
        row = self.segments[segment_id]
        return told(
            {
                "id": segment_id,
                "name": shown(row["name"], language),
                "description": shown(row["description"], language),
                "status": row["status"],
                "siteCode": row["siteCode"],
                "validity": row["validity"],
                "mixins": row["mixins"],
                "metadata": _metadata(row),
            }
        )

    def customer_document(self, key: CustomerRowKey) -> Document:
        _, customer, legal_entity = key
        known = self.known["customers"].get(customer, {})
        company = self.known["legalEntities"].get(legal_entity, {})
        return told(
            {
                "customer": {"id": customer}
                | told({name: known.get(name) for name in ("firstName", "lastName", "email")}),
                "legalEntity": told({"id": legal_entity, "name": company.get("name")})
                if legal_entity
                else None,
                "assignmentType": self.customers[key].get("type", "MANUAL"),
                "mixins": self.customers[key]["mixins"],
                "metadata": _metadata(self.customers[key]),
            }
        )

    def item_document(self, key: ItemRowKey, language: str = ALL) -> Document:
        segment_id, kind, item_id = key
        known = self.known[KINDS[kind]].get(item_id, {})
        item = {"id": item_id, "code": known.get("code"), "name": shown(known.get("name"), language)}
        return told(
            {
                "segmentId": segment_id,
                "type": kind,
                "item": told(item),
                "mixins": self.items[key]["mixins"],
                "metadata": _metadata(self.items[key]),
            }
        )

    def group_document(self, key: GroupRowKey, language: str = ALL) -> Document:
        segment_id, group_id = key
        name = self.known["groups"].get(group_id, {}).get("name")
        return told(
            {
                "segmentId": segment_id,
                "group": told({"id": group_id, "name": shown(name, language)}),
                "mixins": self.groups[key]["mixins"],
                "metadata": _metadata(self.groups[key]),
            }
        )


def _metadata(row: Mapping[str, Any]) -> Document:
    return told({"version": row["version"], "mixins": row["schemas"]})
