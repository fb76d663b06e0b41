"""What rules say about customers, beside the assignments and exclusions that they have."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeAlias

from models.connection.session import Session
from models.sql.keys import KEYS
from models.sql.prepared import Parameters, Prepared, Row
from resolvers.rules.judging.judge_statement import JUDGED, SEGMENTS, JudgeStatement, judge_statements
from resolvers.rules.judging.panel import Panel
from resolvers.rules.judging.paths import BITS
from resolvers.rules.vocabulary import AUTOMATIC

Member: TypeAlias = tuple[str, str, str]
"""Segment, customer, legal entity: the key of an assignment."""
Pair: TypeAlias = tuple[str, str]
"""Customer and legal entity."""


class Moves(NamedTuple):
    """Who should join segments, and who should leave them, in key order."""

    joining: list[Member]
    leaving: list[Member]


async def members(
    session: Session, tenant: str, panel: Panel, customers: Collection[str], at: datetime
) -> set[Member]:
    """Of these customers, who should be in the segments of these rules as of an instant."""
    answer = await _ask(session, await question(session, tenant, panel, customers, at))
    return {member for key, bits in answer.wanted.items() for member in answer.members(key, bits)}


async def moves(
    session: Session, tenant: str, panel: Panel, customers: Collection[str], at: datetime
) -> Moves:
    """How the assignments of these customers differ from what the rules say as of an instant."""
    return (await _ask(session, await question(session, tenant, panel, customers, at))).moves()


async def question(
    session: Session, tenant: str, panel: Panel, customers: Collection[str], at: datetime
) -> "Question":
    """The statements that answer it."""
    statements = await judge_statements(session, panel)
    ids = sorted(customers)
    values = {"tenant": tenant, KEYS: ids, SEGMENTS: panel.segment_ids}
    return Question(
        panel, ids, at, statements, [{**values, **statement.moments_at(at)} for statement in statements]
    )


async def _ask(session: Session, question: "Question") -> "Answer":
    return question.answer([await session.rows(*prepared) for prepared in question.prepared])


@dataclass(frozen=True, slots=True)
class Question:
    """Which of these customers should be in the segments of these rules as of an instant, and are."""

    panel: Panel
    customers: Sequence[str]
    at: datetime
    statements: Sequence[JudgeStatement]
    values: Sequence[Parameters]

    @property
    def prepared(self) -> list[tuple[Prepared, Parameters]]:
        """The statements that answer it, with their values."""
        return [
            (statement.prepared, values)
            for statement, values in zip(self.statements, self.values, strict=True)
        ]

    def answer(self, rows_of_each: Sequence[Sequence[Row]]) -> "Answer":
        """The answer that the rows of the statements give."""
        answer, bit_of = Answer(self.panel.segment_ids), self.panel.bit_of
        for statement, rows in zip(self.statements, rows_of_each, strict=True):
            for row in rows:
                key = row["customer_id"], row["legal_entity_id"]
                kind = row["kind"]
                if kind == JUDGED:
                    for number in range(statement.numbers):
                        answer.wanted[key] |= row[f"bits_{number}"] << statement.first + number * BITS
                elif kind == AUTOMATIC:
                    answer.automatic[key] |= bit_of[row["segment_id"]]
                else:
                    answer.by_hand[key] |= bit_of[row["segment_id"]]
        return answer


def _no_bits() -> defaultdict[Pair, int]:
    return defaultdict(int)


@dataclass(frozen=True, slots=True)
class Answer:
    """Of each customer with a legal entity: the rules, as bits, that want them, and that have them.

    `by_hand` stands for the segments where a client has assigned or excluded them.
    """

    segment_ids: Sequence[str]
    wanted: defaultdict[Pair, int] = field(default_factory=_no_bits)
    automatic: defaultdict[Pair, int] = field(default_factory=_no_bits)
    by_hand: defaultdict[Pair, int] = field(default_factory=_no_bits)

    def members(self, key: Pair, bits: int) -> Iterator[Member]:
        """The assignments that the bits stand for."""
        while bits:
            lowest = bits & -bits
            yield self.segment_ids[lowest.bit_length() - 1], *key
            bits ^= lowest

    def moves(self) -> Moves:
        """How assignments differ from what the rules want."""
        moves = Moves([], [])
        for key in self.wanted.keys() | self.automatic.keys():
            due, automatic = self.wanted[key], self.automatic[key]
            if due != automatic:
                moves.joining.extend(self.members(key, due & ~automatic & ~self.by_hand[key]))
                moves.leaving.extend(self.members(key, automatic & ~due))
        moves.joining.sort()
        moves.leaving.sort()
        return moves
