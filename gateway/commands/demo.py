"""What `serve --demo` shows: a small invented shop, and how to look around in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from importlib.resources import files
from io import BytesIO
from typing import Final

from gateway.commands.operator import operator_writer
from gateway.identity.tokens import issue_token
from gateway.settings.settings import Settings
from models.connection.database import Database
from models.connection.session import Transaction
from models.filter.moment import moment
from models.tables.columns import instant_text
from resolvers.access import Writer
from resolvers.caller import Scope
from resolvers.policy import Policy
from resolvers.rules.upkeep.keeper import RuleKeeper
from resolvers.transfer.empty import is_empty
from resolvers.transfer.line import read_lines
from resolvers.transfer.load import batches, write_batch
from resolvers.transfer.pending_rules import PendingRules
from resolvers.writing.run import run

DEMO_TENANT: Final = "acme"
DEMO_DATA: Final = files("gateway.commands") / "demo_data" / "acme.ndjson"
RELATIVE: Final = re.compile(r'"(now[+-][^"]+)"')
"""A text in the data that stands for an instant, relative to when the shop is stored."""
TOKENS_LAST: Final = 7 * 24 * 3600
"""Seconds."""

QUERIES: Final = {
    "Segments with their customers, in German": """\
{ segments(first: 5, q: "status:ACTIVE") {
    totalCount
    nodes {
      id name(language: "de") siteCode
      customerAssignments(first: 3) { nodes { customer { firstName } legalEntity { name } } } } } }""",
    "Segments with the tier gold, by an attribute of a mixin": """\
{ segments(q: "mixins.loyalty.tier:GOLD") { nodes { id name mixins metadata { version modifiedAt } } } }""",
    "Customers who bought something in the last 90 days, and for which companies they may": """\
{ customers(q: "mixins.shop.lastOrderAt:>now-P90D") {
    totalCount
    nodes { id firstName mixins legalEntities { name mixins } } } }""",
    "Segments with rules, and their members": """\
{ segments(first: 10) {
    nodes {
      id rule { where subject state }
      customerAssignments(first: 10) { nodes { customer { id } legalEntity { id } assignmentType } } } } }""",
    "What another rule for the testers would change, without writing anything": """\
{ segmentRulePreview(
    segmentId: "testers"
    rule: { q: "mixins.shop.lastOrderAt:>now-P22W mixins.shop.turnover:<5000" }) {
    matches joins leaves keptByHand
    joining { nodes { firstName mixins } }
    leaving { nodes { firstName mixins } }
    forecast(days: 7) { date joins leaves } } }""",
    "Why Clara is very important, and Emma is not": """\
{ clara: explainMembership(segmentId: "vip", customerId: "clara") { holds because { text } }
  emma: explainMembership(segmentId: "vip", customerId: "emma") {
    holds because { text reasons { text seen expected } } } }""",
    "What David sees, whoever he buys for, himself or by a group": """\
{ customer(id: "david") {
    firstName
    segments(first: 10) {
      nodes { id membership itemAssignments { nodes { type item { id name } } } } } } }""",
    "The shop as a customer is shown it (with a customer's token)": """\
{ categoryTrees(siteCode: "main") {
    name isSegmentAssigned subcategories { name isSegmentAssigned subcategories { name } } } }""",
}
"""Queries worth trying, by what they show."""


@dataclass(frozen=True)
class DemoCaller:
    """One in whose name the demo can be asked."""

    name: str
    description: str
    token: str


async def fill_demo(database: Database, policy: Policy) -> bool:
    """Store the demo shop in a database that holds nothing yet, whole or not at all. Whether it did."""
    # The languages of the gateway are those of the operator's own shop; the demo brings its own.
    any_language = replace(policy, languages=())

    async def work(transaction: Transaction) -> bool:
        if not await is_empty(transaction):
            return False
        await run(operator_writer(DEMO_TENANT, any_language, transaction), _write_demo_data)
        return True

    is_filled = await database.write(work)
    if is_filled and policy.rules:
        await RuleKeeper(database, any_language, "demo").build_all(DEMO_TENANT)
    return is_filled


async def _write_demo_data(writer: Writer) -> None:
    rules = PendingRules()
    for batch in batches(read_lines(BytesIO(demo_data(writer.now)), writer.policy)):
        outcomes = await write_batch(writer, batch)
        for outcome in outcomes:
            outcome.raised()
        rules.add(batch, outcomes)
    for _, outcome in await rules.write(writer):
        outcome.raised()


def demo_data(now: datetime) -> bytes:
    """The lines of the demo's file, with instants in the place of texts such as `now-P12D`."""

    def written(text: re.Match[str]) -> str:
        instant = moment(text[1])
        return text[0] if instant is None else f'"{instant_text(instant.at(now))}"'

    return RELATIVE.sub(written, DEMO_DATA.read_text("utf-8")).encode()


def demo_greeting(url: str, settings: Settings) -> str:
    """Where to look, what to ask, and tokens to ask with."""
    queries = [f"{title}:\n\n{_indented(query)}" for title, query in QUERIES.items()]
    return "\n\n".join(
        [
            f"GraphiQL: {url}/graphql (open it in a browser; tenant {DEMO_TENANT})",
            *queries,
            'Send a token as the header {"Authorization": "Bearer <token>"}.',
            *_tokens(settings),
        ]
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def _tokens(settings: Settings) -> list[str]:
    if settings.token_secret is None:
        return ["Tokens come from the identity provider of SEGMENTS_JWKS_URL."]
    return [f"{caller.description}:\n{caller.token}" for caller in demo_callers(settings)]


def demo_callers(settings: Settings) -> Sequence[DemoCaller]:
    """Those who may look around, the administrator first; nobody where tokens are not ours to make."""
    if settings.token_secret is None:
        return []
    token = partial(
        issue_token,
        settings.token_secret.get_secret_value(),
        DEMO_TENANT,
        expires_in=TOKENS_LAST,
        issuer=settings.token_issuer,
        audience=settings.token_audience,
    )
    return [
        DemoCaller(
            "administrator",
            "Administrator, who reads and writes everything",
            token([Scope.READ, Scope.MANAGE]),
        ),
        DemoCaller(
            "anna",
            "Anna, a private customer, who sees her own segments",
            token([Scope.READ_OWN], customer_id="anna"),
        ),
        DemoCaller(
            "david",
            "David, who buys for Hütten Nord GmbH",
            token([Scope.READ_OWN], customer_id="david", legal_entity_id="le-nord"),
        ),
    ]
