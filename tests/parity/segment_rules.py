"""Rules of segments in the model: who satisfies them, and what clients decide by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from tests.parity.service import (
    CREATED,
    DELETED,
    INVALID,
    UNCHANGED,
    UPDATED,
    CustomerKey,
    Document,
    Refused,
    Result,
    Who,
)
from tests.parity.tables import CustomerRowKey, Tables

Key: TypeAlias = tuple[str, str]
"""A customer, and a legal entity or nothing."""
PAIRS: Final = "CUSTOMER_OF_LEGAL_ENTITY"
AUTOMATIC: Final = "AUTOMATIC"
CONDITIONS: Final[Mapping[str, Document]] = {
    "named": {"q": "firstName:exists"},
    "gold": {"where": {"or": [{"firstName": {"eq": "Gold"}}, {"lastName": {"eq": "Gold"}}]}},
    "acme": {"where": {"legalEntity": {"id": {"eq": "acme"}}}},
    "companies": {"where": {"legalEntity": {"name": {"isNull": False}}}, "subject": PAIRS},
    "globex": {"q": "legalEntityId:globex", "subject": PAIRS},
    "s1": {"q": "inSegment:s1"},
    "not s2": {"where": {"not": {"inSegment": "s2"}}},
}
"""What the rules of histories say, by a short name."""
ASKED: Final = {"s1": "s1", "not s2": "s2"}
"""The segments whose members they ask for."""


@dataclass(frozen=True, slots=True)
class SegmentRule:
    """The rule of one segment."""

    name: str
    version: int = 1
    is_paused: bool = False


@dataclass
class SegmentRules:
    """The rules of one tenant, over its tables."""

    tables: Tables
    rules: dict[str, SegmentRule] = field(default_factory=dict)
    excluded: set[CustomerRowKey] = field(default_factory=set)

    def settle(self) -> None:
        """Make the AUTOMATIC rows those that the rules say. Rules may ask for each other's members."""
        changed = True
        while changed:
            changed = False
            for segment_id in sorted(self.rules):
                changed |= self._settle(segment_id)

    def _settle(self, segment_id: str) -> bool:
        if self.rules[segment_id].is_paused:
            return False
        rows, wanted = self.tables.customers, self.matching(segment_id)
        leaving = [key for key in self._automatic(segment_id) if key[1:] not in wanted]
        keys = [(segment_id, *key) for key in wanted]
        joining = [key for key in keys if key not in rows and key not in self.excluded]
        for key in leaving:
            del rows[key]
        for key in joining:
            rows[key] = {"mixins": {}, "schemas": {}, "version": 1, "type": AUTOMATIC}
        return bool(leaving or joining)

    def matching(self, segment_id: str) -> set[Key]:
        """Who satisfies the rule of the segment."""
        name = self.rules[segment_id].name
        found: set[Key] = set()
        for customer, document in self.tables.known["customers"].items():
            companies = document.get("legalEntityIds") or []
            if CONDITIONS[name].get("subject") == PAIRS:
                found |= {(customer, one) for one in companies if self._pair_satisfies(name, one)}
            elif self._satisfies(name, customer, document, companies):
                found.add((customer, ""))
        return found

    def _pair_satisfies(self, name: str, company: str) -> bool:
        if name == "globex":
            return company == "globex"
        return self.tables.known["legalEntities"].get(company, {}).get("name") is not None

    def _satisfies(self, name: str, customer: str, document: Document, companies: Sequence[str]) -> bool:
        match name:
            case "named":
                return document.get("firstName") is not None
            case "gold":
                return "Gold" in (document.get("firstName"), document.get("lastName"))
            case "acme":
                return "acme" in companies
            case _:
                is_in = any(key[:2] == (ASKED[name], customer) for key in self.tables.customers)
                return is_in is not name.startswith("not ")

    def _automatic(self, segment_id: str) -> list[CustomerRowKey]:
        rows = self.tables.customers
        return [key for key in rows if key[0] == segment_id and rows[key].get("type") == AUTOMATIC]

    # What clients decide

    def assigned(self, key: CustomerRowKey) -> None:
        """A client has put the customer into the segment."""
        self.excluded.discard(key)

    def taken_out(self, key: CustomerRowKey) -> None:
        """A client has taken the customer out of the segment, or asked for it in vain."""
        if key[0] in self.rules:
            self.excluded.add(key)

    def forget_segment(self, segment_id: str) -> None:
        self.rules.pop(segment_id, None)
        self.excluded = {key for key in self.excluded if key[0] != segment_id}

    def forget_customer(self, customer: str) -> None:
        """The customer was deleted with their assignments."""
        self.excluded = {key for key in self.excluded if key[1] != customer}

    # The operations on rules

    def set(self, who: Who, segment_id: str, name: str) -> Result:
        _check(who, "MR")
        if segment_id not in self.tables.segments:
            raise Refused("NOT_FOUND")
        if ASKED.get(name, segment_id) not in self.tables.segments:
            raise Refused(INVALID)
        stored = self.rules.get(segment_id)
        if stored is not None and stored.name == name and not stored.is_paused:
            return Result(UNCHANGED, version=stored.version)
        if self._is_circle(segment_id, name):
            raise Refused(INVALID)
        self.rules[segment_id] = SegmentRule(name, 1 if stored is None else stored.version + 1)
        return Result(CREATED if stored is None else UPDATED, version=self.rules[segment_id].version)

    def _is_circle(self, segment_id: str, name: str) -> bool:
        asked = ASKED.get(name)
        while asked is not None and asked != segment_id:
            rule = self.rules.get(asked)
            asked = None if rule is None else ASKED.get(rule.name)
        return asked == segment_id

    def pause(self, who: Who, segment_id: str) -> Result:
        _check(who, "M")
        rule = self.rules.get(segment_id)
        if rule is None:
            raise Refused("NOT_FOUND")
        if rule.is_paused:
            return Result(UNCHANGED, version=rule.version)
        self.rules[segment_id] = replace(rule, is_paused=True, version=rule.version + 1)
        return Result(UPDATED, version=rule.version + 1)

    def remove(self, who: Who, segment_id: str, *, keep: bool) -> Result:
        _check(who, "M")
        if segment_id not in self.rules:
            return Result(UNCHANGED)
        for key in self._automatic(segment_id):
            if keep:
                self.tables.customers[key] = _successor(self.tables.customers[key], "MANUAL")
            else:
                del self.tables.customers[key]
        self.forget_segment(segment_id)
        return Result(DELETED)

    def release(self, who: Who, segment_id: str, keys: Sequence[CustomerKey]) -> list[Result]:
        _check(who, "MR")
        if segment_id not in self.rules:
            raise Refused("NOT_FOUND")
        row_keys = [(segment_id, key[0], key[1] or "") for key in keys]
        stays = {key[1:] for key in row_keys if key in self.tables.customers}
        wanted = stays if self.rules[segment_id].is_paused else self.matching(segment_id)
        self.excluded -= set(row_keys)
        return [self._released(key, is_wanted=key[1:] in wanted) for key in row_keys]

    def _released(self, key: CustomerRowKey, *, is_wanted: bool) -> Result:
        rows = self.tables.customers
        stored = rows.get(key)
        if not is_wanted:
            return Result(UNCHANGED if rows.pop(key, None) is None else DELETED)
        if stored is not None and stored.get("type") == AUTOMATIC:
            return Result(UNCHANGED, version=stored["version"])
        new: dict[str, Any] = {"mixins": {}, "schemas": {}, "version": 1, "type": AUTOMATIC}
        rows[key] = new if stored is None else _successor(stored, AUTOMATIC)
        return Result(CREATED if stored is None else UPDATED, version=rows[key]["version"])

    def read(self, who: Who, segment_id: str) -> Document:
        _check(who, "R")
        rule = self.rules.get(segment_id)
        if rule is None:
            raise Refused("NOT_FOUND")
        return {
            "subject": CONDITIONS[rule.name].get("subject", "CUSTOMER"),
            "state": "PAUSED" if rule.is_paused else "ACTIVE",
            "version": rule.version,
        }


def _check(who: Who, scopes: str) -> None:
    if not set(scopes) <= set(who.scopes):
        raise Refused("FORBIDDEN")


def _successor(row: Document, kind: str) -> dict[str, Any]:
    return {**row, "version": row["version"] + 1, "type": kind}
