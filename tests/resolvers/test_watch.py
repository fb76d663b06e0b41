"""Each member of a watch has its turn, again and again, until it leaves."""

from collections.abc import Callable

from resolvers.watch import AT_ONCE, STEPS, Watch

PERIOD = 30.0
"""Seconds of a round: a pause between two steps is one second."""


class Clock:
    """A clock of which the test says how late it is. `woken` counts the calls."""

    def __init__(self) -> None:
        self.now = 0.0
        self.woken = 0
        self._calls: list[tuple[float, Callable[[], None]]] = []

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: Callable[[], None]) -> None:
        self._calls.append((self.now + delay, callback))

    def passes(self, seconds: float) -> None:
        until = self.now + seconds
        while due := [call for call in self._calls if call[0] <= until]:
            first = min(due, key=lambda call: call[0])
            self._calls.remove(first)
            self.now = max(self.now, first[0])
            self.woken += 1
            first[1]()
        self.now = until


class Member:
    """Remembers when it was looked at, and may leave then."""

    def __init__(self, on_look: Callable[[], None] = lambda: None) -> None:
        self.looks: list[float] = []
        self._on_look = on_look

    def look(self, now: float) -> None:
        self.looks.append(now)
        self._on_look()


def test_each_member_has_its_turn_in_each_round() -> None:
    clock = Clock()
    watch = Watch(PERIOD, clock)
    first, second = Member(), Member()
    watch.join(first)
    clock.passes(10)
    watch.join(second)
    clock.passes(90)
    assert first.looks == [30, 60, 90]
    assert second.looks == [40, 70, 100]


def test_a_member_that_has_left_is_not_looked_at() -> None:
    clock = Clock()
    watch = Watch(PERIOD, clock)
    gone, leaving = Member(), Member(lambda: watch.leave(leaving))
    watch.join(gone)
    watch.join(leaving)
    watch.leave(gone)
    watch.leave(gone)
    clock.passes(5 * PERIOD)
    assert (gone.looks, leaving.looks) == ([], [PERIOD])


def test_a_member_may_make_another_one_leave() -> None:
    clock = Clock()
    watch = Watch(PERIOD, clock)
    other = Member()
    watch.join(Member(lambda: watch.leave(other)))
    watch.join(other)
    clock.passes(3 * PERIOD)
    assert other.looks == []


def test_a_fault_of_a_member_concerns_no_other() -> None:
    def fail() -> None:
        raise OSError("of this member")

    clock = Clock()
    watch = Watch(PERIOD, clock)
    failing, other = Member(fail), Member()
    watch.join(failing)
    watch.join(other)
    clock.passes(2 * PERIOD)
    assert failing.looks == other.looks == [PERIOD, 2 * PERIOD]


def test_members_that_are_due_soon_wait_for_each_other() -> None:
    clock = Clock()
    watch = Watch(PERIOD, clock)
    joined = {Member(): number / 64 for number in range(1_920)}
    for member, when in joined.items():
        clock.passes(when - clock.now)
        watch.join(member)
    clock.woken = 0
    clock.passes(PERIOD + 2 * PERIOD / STEPS)
    assert clock.woken <= STEPS + 3
    late = [member.looks[0] - when - PERIOD for member, when in joined.items()]
    assert 0 <= min(late) <= max(late) < 2 * PERIOD / STEPS


def test_many_members_have_their_turn_in_several_steps() -> None:
    clock = Clock()
    watch = Watch(PERIOD, clock)
    members = [Member() for _ in range(2 * AT_ONCE + 1)]
    for member in members:
        watch.join(member)
    clock.passes(PERIOD)
    assert [member.looks for member in members] == [[PERIOD]] * len(members)
    assert clock.woken == 3


def test_a_watch_goes_on_after_all_have_left() -> None:
    clock = Clock()
    watch = Watch(PERIOD, clock)
    left, later = Member(), Member()
    watch.join(left)
    watch.leave(left)
    clock.passes(100)
    watch.join(later)
    clock.passes(PERIOD)
    assert (left.looks, later.looks) == ([], [130])
