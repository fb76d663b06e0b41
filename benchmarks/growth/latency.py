"""Latencies of one client that asks one question after another."""

import random
import re
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from statistics import quantiles
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from benchmarks.growth.questions import DEEP, DEEP_PAGE, Ask, Questions
from benchmarks.measure.load import LoadFailed
from benchmarks.workload.call import Call

SEED: Final = 20_261_130
WARM_UP: Final = 20
PATIENCE: Final = 30.0
SUCCESS: Final = 200
STATEMENTS: Final = re.compile(rb"^segments_sql_statements_total\{.*\} (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Latency:
    """Times of one kind of question, in milliseconds, and SQL statements of each."""

    p50: float
    p99: float
    statements: float

    def __str__(self) -> str:
        return f"{self.p50:.1f} / {self.p99:.1f} ({self.statements:g})"


def latencies(url: str, questions: Questions, seconds: float) -> Mapping[str, Latency]:
    """Ask each kind of question for so many seconds, and wait for each answer. Raises LoadFailed.

    The client is the one of the standard library, whose share of a latency is small.
    """
    with closing(HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)) as client:
        cursor = _deep_cursor(client, questions)
        return {name: _latency(client, ask, seconds) for name, ask in questions.by_name(cursor).items()}


def _latency(client: HTTPConnection, ask: Ask, seconds: float) -> Latency:
    choice = random.Random(SEED)
    for _ in range(WARM_UP):
        _answer(client, ask(choice))
    times: list[float] = []
    statements = _statements(client)
    until = time.perf_counter() + seconds
    while len(times) < WARM_UP or time.perf_counter() < until:
        call = ask(choice)
        began = time.perf_counter()
        _answer(client, call)
        times.append(1_000 * (time.perf_counter() - began))
    statements = _statements(client) - statements
    hundredths = quantiles(times, n=100)
    return Latency(hundredths[49], hundredths[98], round(statements / len(times), 1))


def _statements(client: HTTPConnection) -> float:
    """The SQL statements of all requests so far, by the server's metrics."""
    page = _answer(client, Call("GET", "/metrics", {}, b""))
    return sum(float(count) for count in STATEMENTS.findall(page))


def _deep_cursor(client: HTTPConnection, questions: Questions) -> str | None:
    """The end of the tenth page of the largest segment, or of the last one before its end."""
    cursor: str | None = None
    for _ in range(DEEP):
        variables = {"id": questions.largest, "after": cursor}
        answer: Any = orjson.loads(_answer(client, questions.graphql(DEEP_PAGE, variables)))
        page = answer["data"]["segment"]["customerAssignments"]["pageInfo"]
        if not page["hasNextPage"]:
            break
        cursor = page["endCursor"]
    return cursor


def _answer(client: HTTPConnection, call: Call) -> bytes:
    client.request(call.method, call.path, body=call.body or None, headers=dict(call.headers))
    response = client.getresponse()
    answer = response.read()
    if response.status != SUCCESS or b'"errors":[' in answer:
        raise LoadFailed(f"{call.path}: {response.status} {answer[:500]!r}")
    return answer
