"""When what failed is tried again."""

import pytest

from models import retries
from models.retries import Retries

RULE = ("acme", "vip")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in its only element."""
    time = [0.0]
    monkeypatch.setattr(retries, "monotonic", lambda: time[0])
    return time


def test_each_failure_in_a_row_doubles_the_pause(clock: list[float]) -> None:
    tries: Retries[tuple[str, str]] = Retries()
    pauses = []
    for _ in range(12):
        pauses.append(tries.failed(RULE))
        assert not tries.is_due(RULE)
        clock[0] += pauses[-1]
        assert tries.is_due(RULE)
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    tries.succeeded(RULE)
    assert tries.failed(RULE) == 1


@pytest.mark.usefixtures("clock")
def test_work_that_is_over_is_forgotten() -> None:
    tries: Retries[tuple[str, str]] = Retries()
    for rule in (RULE, ("acme", "new"), ("other", "vip")):
        tries.failed(rule)
    tries.forget(lambda name: name == RULE)
    assert [tries.is_due(rule) for rule in (RULE, ("acme", "new"), ("other", "vip"))] == [True, False, False]


@pytest.mark.usefixtures("clock")
def test_no_pause_is_longer_than_the_longest() -> None:
    tries: Retries[str] = Retries(longest=5.0)
    assert [tries.failed("work") for _ in range(5)] == [1, 2, 4, 5, 5]
