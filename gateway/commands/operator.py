"""Whoever runs the gateway, working on a tenant's records from the command line."""

from models.connection.session import Session, Transaction
from models.tables.columns import this_instant
from resolvers.access import Reader, Writer
from resolvers.caller import Caller, Scope
from resolvers.policy import Policy
from resolvers.writing.change import Cause


def operator_reader(tenant: str, policy: Policy, snapshot: Session) -> Reader:
    """Who may open the database may read everything in it."""
    return Reader(_operator(tenant), policy, snapshot, this_instant())


def operator_writer(tenant: str, policy: Policy, transaction: Transaction) -> Writer:
    """Who may open the database may write everything in it."""
    return Writer(_operator(tenant), policy, transaction, this_instant(), Cause.IMPORT)


def _operator(tenant: str) -> Caller:
    return Caller(tenant, scopes=frozenset(Scope), subject="operator")
