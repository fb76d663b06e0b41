from gateway.webhooks.tally import FAILURES_IN_A_ROUND, Tally


def test_failures_in_a_row_end_a_round() -> None:
    tally = Tally()
    for _ in range(FAILURES_IN_A_ROUND - 1):
        tally.unanswered()
    assert not tally.stops
    tally.unanswered()
    assert (tally.stops, tally.has_failure, tally.has_answer) == (True, True, False)


def test_an_answer_between_failures_goes_on() -> None:
    tally = Tally()
    for _ in range(FAILURES_IN_A_ROUND):
        tally.unanswered()
        tally.answered()
    assert (tally.stops, tally.has_answer, tally.has_receipt) == (False, True, False)
    tally.received()
    assert tally.has_receipt


def test_the_longest_pause_counts() -> None:
    tally = Tally()
    tally.pause(None)
    assert (tally.pauses, tally.stops) == (None, False)
    for seconds in (2.0, 5.0, 3.0):
        tally.pause(seconds)
    assert (tally.pauses, tally.stops) == (5.0, True)
