"""Reading the rule that a client writes: the same document in GraphQL, REST and data files."""

from typing import Any

import orjson

from resolvers.errors import InvalidInput
from resolvers.rules.definition.content import RuleContent
from resolvers.rules.definition.facts import facts_of
from resolvers.rules.definition.valid import check_new, checked_zone
from resolvers.rules.vocabulary import WHERE_BYTES, RuleSubject
from resolvers.values.document import Document, one_of
from resolvers.values.text import checked_text


def rule_content(document: Document) -> RuleContent:
    """Read the members `where` or `q`, `subject` and `timeZone`.

    A large one takes 20 ms. Raises InvalidInput, whose path is that of the member.
    """
    where, q = document.get("where"), document.get("q")
    if (where is None) == (q is None):
        raise InvalidInput("A rule has either `where` or `q`.", path=("where",))
    if where is not None:
        where = _checked_where(where)
    subject = one_of(document.get("subject") or RuleSubject.CUSTOMER, tuple(RuleSubject), ("subject",))
    zone = document.get("timeZone")
    content = RuleContent(
        where,
        None if q is None else checked_text(q, ("q",)),
        RuleSubject(subject),
        "UTC" if zone is None else checked_zone(zone),
    )
    facts_of(content, check_new(content))
    return content


def _checked_where(where: Any) -> dict[str, Any]:
    try:
        size = len(orjson.dumps(where))
    except TypeError:
        raise InvalidInput("The filter holds a value that cannot be stored.", path=("where",)) from None
    if size > WHERE_BYTES:
        raise InvalidInput(f"The filter is larger than {WHERE_BYTES:,} bytes.", path=("where",))
    if not isinstance(where, dict):
        raise InvalidInput("An object is expected.", path=("where",))
    return where
