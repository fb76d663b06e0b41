"""Readers and writers for an operator's commands.

They work on the records of one tenant.
"""

from models.connection.session import Session, Transaction
from models.tables.columns import this_instant
from resolvers.access import Reader, Writer
from resolvers.caller import Caller, Scope
from resolvers.policy import Policy
from resolvers.writing.change import Cause


def operator_reader(tenant: str, policy: Policy, snapshot: Session) -> Reader:
    """Return a reader of all records of a tenant.

    Access to the database is all the permission needed.
    """
    return Reader(_operator(tenant), policy, snapshot, this_instant())


def operator_writer(tenant: str, policy: Policy, transaction: Transaction) -> Writer:
    """Return a writer of all records of a tenant.

    Access to the database is all the permission needed.
    """
    return Writer(_operator(tenant), policy, transaction, this_instant(), Cause.IMPORT)


def _operator(tenant: str) -> Caller:
    return Caller(tenant, scopes=frozenset(Scope), subject="operator")
