"""The table of plain wordings: each row finds what it says, and nothing fires on what it must ignore."""

import re

import pytest
import re2

from bot.safety import RULES, Rule, detect
from bot.safety.detector import GRAVEST_FIRST
from bot.safety.rules import SQUEEZED
from tests.clinics import real_knowledge

pytestmark = pytest.mark.usefixtures("rules_only")

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


@each_rule
def test_a_rule_finds_its_example(rule: Rule) -> None:
    assert rule.id in detect(rule.finds).rules


@each_rule
def test_no_rule_fires_on_what_a_rule_must_ignore(rule: Rule) -> None:
    assert detect(rule.ignores).rules == ()


def test_ids_are_unique_and_plain() -> None:
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)
    assert [id_ for id_ in ids if not re.fullmatch(r"[a-z]+(?:-[a-z]+)*", id_)] == []


def test_ids_cannot_be_taken_for_the_classifiers() -> None:
    assert [rule.id for rule in RULES if rule.id.startswith("model-")] == []


@pytest.mark.parametrize("pattern", [*(rule.pattern for rule in RULES), *SQUEEZED.values()])
def test_a_pattern_never_backtracks_and_does_not_match_nothing(pattern: str) -> None:
    """RE2 compiles no pattern that would need to; an empty alternative would fire on every message."""
    compiled = re2.compile(pattern)
    assert [text for text in ("", "x", "what is this", "a b c d") if compiled.search(text)] == []


@each_rule
def test_examples_are_written_as_people_write(rule: Rule) -> None:
    assert (rule.finds.strip(), rule.ignores.strip()) == (rule.finds, rule.ignores)
    assert rule.finds != rule.ignores


def test_every_rule_calls_for_a_notice_that_the_knowledge_has() -> None:
    notices = real_knowledge().notices
    called_for = {rule.notice for rule in RULES} | SQUEEZED.keys()
    assert called_for - notices.keys() == set()
    assert called_for - set(GRAVEST_FIRST) == set()


def test_every_danger_notice_has_a_rule() -> None:
    assert {rule.notice for rule in RULES} == set(GRAVEST_FIRST)


@pytest.mark.parametrize(
    "message",
    [
        "what happens during the infusion",
        "I am dying to know how it works",
        "killing time before my appointment",
        "can I do this if I'm pregnant?",
        "my heart attack was in 2015",
        "i took my pills this morning, can i still come at 2",
        "will I stop breathing under ketamine",
        "my husband drives me home, is that enough",
        "how long until it kicks in",
        "does it hurt",
        "can I die from it",
        "who is excluded",
        "",
    ],
)
def test_ordinary_questions_raise_nothing(message: str) -> None:
    assert detect(message).rules == ()
