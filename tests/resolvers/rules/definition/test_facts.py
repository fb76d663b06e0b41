from resolvers.rules.definition.facts import NEVER, condition_of, facts_of, learn_facts
from resolvers.rules.vocabulary import RuleSubject
from tests.resolvers.rules.contents import content


def test_what_a_rule_looks_at() -> None:
    facts = facts_of(content("email:a mixins.shop.turnover:>5 inSegment:(gold,silver) legalEntityId:acme"))
    assert facts.error is None
    assert facts.looks_at == {
        "email",
        "mixins.shop.turnover",
        "inSegment:gold",
        "inSegment:silver",
        "legalEntity",
    }
    assert facts.segments == {"gold", "silver"}
    assert facts.conditions == 4


def test_a_pair_depends_on_its_link() -> None:
    facts = facts_of(content("email:a", subject=RuleSubject.CUSTOMER_OF_LEGAL_ENTITY))
    assert facts.looks_at == {"email", "legalEntity"}


def test_instants_in_mixins_pass_in_time() -> None:
    facts = facts_of(content("mixins.shop.lastOrder:>now-P30D email:now-P30D"))
    assert [(timed.written, timed.moment.text) for timed in facts.timed_paths] == [
        ("mixins.shop.lastOrder", "now-P30D")
    ]


def test_a_stored_rule_at_fault_has_no_members() -> None:
    unreadable = content("colour:red")
    error = facts_of(unreadable).error
    assert error is not None
    assert error.startswith("q: ")
    assert condition_of(unreadable) is NEVER


async def test_facts_are_learnt_once() -> None:
    learnt = content("email:facts-are-learnt-once")
    await learn_facts([learnt])
    assert facts_of(content("email:facts-are-learnt-once")) is facts_of(learnt)
