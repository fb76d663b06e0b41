from datetime import timedelta

from resolvers.rules.head import TenantRules, new_revision, newest_rules, timed
from resolvers.rules.rule_set import RuleSet
from tests.resolvers.rules.contents import NOW, rule


def test_time_does_not_run_backwards() -> None:
    assert TenantRules().moment_of(NOW) == NOW
    assert TenantRules(evaluated_to=NOW + timedelta(days=1)).moment_of(NOW) == NOW + timedelta(days=1)
    assert TenantRules(evaluated_to=NOW - timedelta(days=1)).moment_of(NOW) == NOW


def test_a_tenant_without_rules_is_false() -> None:
    assert not TenantRules()
    assert TenantRules(RuleSet([rule("gold")]))


def test_timed_paths_are_in_order() -> None:
    paths = timed(rule("gold", "mixins.b.at:>now-P2D mixins.a.at:>now-P9D mixins.a.at:<now-P1D"))
    assert [(path.written, path.moment.text) for path in paths] == [
        ("mixins.a.at", "now-P1D"),
        ("mixins.a.at", "now-P9D"),
        ("mixins.b.at", "now-P2D"),
    ]


def test_revisions_differ_and_fit_the_column() -> None:
    revisions = {new_revision() for _ in range(100)}
    assert len(revisions) == 100
    assert all(0 <= revision < 2**63 for revision in revisions)


def test_rules_of_an_unknown_tenant() -> None:
    assert newest_rules("no such tenant") is None
