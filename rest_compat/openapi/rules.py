"""What is written of the rules of segments."""

from collections.abc import Mapping
from typing import Any, Final

from resolvers.rules.definition.valid import ZONE_LENGTH
from resolvers.rules.preview.forecast import MOST_DAYS
from resolvers.rules.vocabulary import RuleState, RuleSubject
from rest_compat.nouns.segment_rule import DEFAULT_LIMIT, LARGEST_LIMIT
from rest_compat.openapi.page import BULK, NO_CONTENT, Body, Page, created, results
from rest_compat.openapi.parameters import FLAG, TEXT, query_parameter
from rest_compat.openapi.requests import bulk_of
from rest_compat.openapi.responses import json_content
from rest_compat.openapi.shapes import INSTANT, Schema, array_of, described, optional, record, ref

WHERE: Final[Schema] = {
    "type": "object",
    "description": "The condition, in the form of `CustomerWhere` of the GraphQL schema: "
    '`{"mixin": {"path": "shop.lastOrder", "withinLast": "P90D"}}`.',
}
QUERY: Final = described(TEXT, "The condition in the query language, in place of `where`.")
SUBJECT: Final[Schema] = {
    "type": "string",
    "enum": list(RuleSubject),
    "description": "Over what the rule ranges: customers, or customers with each legal entity "
    "that they may act for.",
}
ZONE: Final = described(
    {**TEXT, "maxLength": ZONE_LENGTH}, "Where days and longer times begin: a name such as `Europe/Berlin`."
)
NUMBER: Final[Schema] = {"type": "integer", "minimum": 0}

RULE_SCHEMAS: Final[dict[str, Schema]] = {
    "RuleUpdate": {
        **record(
            where=optional(WHERE),
            q=optional(QUERY),
            subject=optional({**SUBJECT, "enum": [*RuleSubject, None]}),
            timeZone=optional(ZONE),
        ),
        "description": "Either `where` or `q` is there.",
    },
    "Rule": record(
        ("subject", "timeZone", "state", "progress", "evaluatedTo", "dependsOn", "metadata"),
        where=WHERE,
        q=QUERY,
        subject=SUBJECT,
        timeZone=ZONE,
        state=described(
            {"enum": list(RuleState)}, "How far it has been applied; OFF: the gateway applies none."
        ),
        error=described(
            TEXT, "Why this version of the gateway cannot read the rule, which is PAUSED then. Set it again."
        ),
        progress=described(
            {"type": "number"}, "Which part of all customers it has been applied to, from 0 to 1."
        ),
        evaluatedTo=described(INSTANT, "Up to when the passing of time is in its members."),
        dependsOn=described(array_of(TEXT), "What it looks at: `mixins.shop`, `inSegment:vip`."),
        metadata=record(
            ("createdAt", "modifiedAt", "version"), createdAt=INSTANT, modifiedAt=INSTANT, version=NUMBER
        ),
    ),
    "RuleMove": record(("customer",), customer=ref("Customer"), legalEntity=ref("LegalEntity")),
    "RuleMoves": record(
        ("customers", "hasMore"),
        customers=array_of(ref("RuleMove")),
        cursor=described(TEXT, "Where the page ends; left out where it is empty."),
        hasMore={"type": "boolean"},
    ),
    "RulePreview": record(
        (),
        matches=described(NUMBER, "How many satisfy the condition."),
        joins=described(NUMBER, "How many would join."),
        leaves=described(NUMBER, "How many that a rule has brought in would leave."),
        keptByHand=described(
            NUMBER, "How many do not satisfy it and stay, because a client has assigned them."
        ),
        excluded=described(NUMBER, "How many satisfy it and stay out, because a client has taken them out."),
        joining=ref("RuleMoves"),
        leaving=ref("RuleMoves"),
        forecast=array_of(
            record(
                ("date", "joins", "leaves"),
                date={"type": "string", "format": "date"},
                joins=NUMBER,
                leaves=NUMBER,
            )
        ),
    ),
}

RULE_PARAMETERS: Final[Mapping[str, dict[str, Any]]] = {
    "mostJoins": query_parameter(
        "mostJoins", NUMBER, "Change nothing if more customers than this would join."
    ),
    "mostLeaves": query_parameter(
        "mostLeaves", NUMBER, "Change nothing if more customers than this would leave."
    ),
    "keepMembers": query_parameter(
        "keepMembers", FLAG, "The members stay, as if a client had assigned them; else they leave."
    ),
    "at": query_parameter("at", TEXT, "As of this instant in place of now; it may be relative: `now+P30D`."),
    "limitOfPreview": query_parameter(
        "limit",
        {**NUMBER, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT},
        "How many customers of each list at most.",
    ),
    "joiningAfter": query_parameter(
        "joiningAfter", TEXT, "The `cursor` of `joining`: the page after it, without counts."
    ),
    "leavingAfter": query_parameter(
        "leavingAfter", TEXT, "The `cursor` of `leaving`: the page after it, without counts."
    ),
    "forecastDays": query_parameter(
        "forecastDays",
        {**NUMBER, "maximum": MOST_DAYS},
        "What time alone will change on each of so many days; left out, there is no `forecast`.",
    ),
}

CONTENT: Final = {
    "where": {"mixin": {"path": "shop.lastOrder", "withinLast": "P90D"}},
    "subject": "CUSTOMER",
    "timeZone": "Europe/Berlin",
}
EXAMPLE: Final[dict[str, Any]] = {
    **CONTENT,
    "state": "ACTIVE",
    "progress": 1.0,
    "evaluatedTo": "2026-10-01T09:30:00.000Z",
    "dependsOn": ["mixins.shop"],
    "metadata": {
        "createdAt": "2026-09-01T08:00:00.000Z",
        "modifiedAt": "2026-09-01T08:00:00.000Z",
        "version": 1,
    },
}
PREVIEW: Final[dict[str, Any]] = {
    "matches": 1,
    "joins": 1,
    "leaves": 0,
    "keptByHand": 0,
    "excluded": 0,
    "joining": {
        "customers": [{"customer": {"id": "anna", "firstName": "Anna"}}],
        "cursor": "WyJxTHdlZkEiLFsiYW5uYSIsIiJdXQ",
        "hasMore": False,
    },
    "leaving": {"customers": [], "hasMore": False},
    "forecast": [{"date": "2026-10-01", "joins": 0, "leaves": 1}],
}

RULES: Final[Mapping[str, Page]] = {
    "GET-customer-segment-retrieve-rule": Page(
        "Get a rule",
        "The condition by which customers are in the segment, and how far it has been applied. 404 where the "
        "segment has no rule.",
        {200: {"description": "The rule.", "content": json_content(ref("Rule"), EXAMPLE)}},
        failures=(404,),
    ),
    "PUT-customer-segment-update-rule": Page(
        "Set a rule",
        "Give the segment a rule, or another one, and apply it; a paused one goes on. Customers who "
        "satisfy it are assigned as `AUTOMATIC`. Assignments that clients write stay; customers whom clients "
        "take out stay out. "
        "More than 20,000 customers move in the background, while the state is `BUILDING`.",
        {**created(), **NO_CONTENT},
        ("mostJoins", "mostLeaves"),
        Body(ref("RuleUpdate"), CONTENT),
        failures=(404, 409),
    ),
    "DELETE-customer-segment-remove-rule": Page(
        "Remove a rule",
        "Remove the rule of the segment, and what it remembers of customers whom clients have taken out. "
        "204 as well where there is none. "
        "Up to 20,000 members leave at once, more in the background while the state is `REMOVING`.",
        NO_CONTENT,
        ("keepMembers",),
    ),
    "POST-customer-segment-pause-rule": Page(
        "Pause a rule",
        "Leave the members as they are, whatever customers change, until the rule is set again.",
        NO_CONTENT,
        failures=(404,),
    ),
    "POST-customer-segment-release-customers": Page(
        "Release customers to the rule",
        "Let the rule decide again about customers whom clients have put into the segment or taken out. "
        "201 says that the rule has assigned the customer. All others are 204: the assignment is `AUTOMATIC` "
        f"now, or deleted. Without a company, the private assignment is meant.{BULK}",
        results("BulkAssignmentResult", {"index": 1, "code": 201, "status": "Created"}),
        body=Body(bulk_of(ref("CustomerAssignmentKey")), [{"customerId": "anna"}]),
        failures=(404,),
    ),
    "POST-customer-segment-preview-rule": Page(
        "Preview a rule",
        "What setting the rule would change; nothing is changed. Without `at`, the pages of a list are as of "
        "the instant of its first.",
        {200: {"description": "What would change.", "content": json_content(ref("RulePreview"), PREVIEW)}},
        ("at", "limitOfPreview", "joiningAfter", "leavingAfter", "forecastDays"),
        Body(ref("RuleUpdate"), CONTENT),
        failures=(404,),
    ),
}
