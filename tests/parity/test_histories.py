"""One behaviour, two APIs: random histories through both against a model of the rules.

`SEGMENTS_PARITY_STEPS=50000` makes the histories of one run as many steps long, for each database
and each set of rules.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from pydantic import SecretStr

from gateway.settings.settings import Settings
from models.connection.database import Database
from tests.factories.examples import examples
from tests.parity.assignment_writes import CustomerWrites, ItemWrites
from tests.parity.group_writes import GroupWrites
from tests.parity.language import CONFIGURED
from tests.parity.opening import Opening
from tests.parity.reads import Reads
from tests.parity.refusals import Refusals
from tests.parity.rule_writes import RuleWrites
from tests.parity.segment_writes import SegmentWrites
from tests.parity.tables import Rules
from tests.parity.talking import running_gateway

STEPS = int(os.environ.get("SEGMENTS_PARITY_STEPS", examples(500)))
STEPS_OF_A_HISTORY = 50
LENGTH = settings(
    max_examples=max(1, STEPS // STEPS_OF_A_HISTORY),
    stateful_step_count=STEPS_OF_A_HISTORY,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class Histories(Opening, SegmentWrites, CustomerWrites, ItemWrites, GroupWrites, RuleWrites, Reads, Refusals):
    """All steps."""


@pytest.mark.parametrize(
    "rules",
    [Rules(), Rules(enforce_validity=True, enforce_references=True)],
    ids=["usual rules", "strict rules"],
)
def test_both_apis_do_what_the_model_does(database: Database, rules: Rules, tmp_path: Path) -> None:
    chosen = Settings(
        home=tmp_path,
        database_url=database.engine.url.render_as_string(hide_password=False),
        token_secret=SecretStr("a secret that only the tests know"),
        languages=CONFIGURED,
        enforce_validity=rules.enforce_validity,
        enforce_references=rules.enforce_references,
        max_cost=10_000_000,  # the whole state in one answer is more than anybody may ask for
    )
    with running_gateway(chosen) as talk:

        class HistoriesHere(Histories):
            def __init__(self) -> None:
                super().__init__(talk, rules)

        run_state_machine_as_test(HistoriesHere, settings=LENGTH)
