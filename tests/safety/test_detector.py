"""The whole check: which level, by which rules, with which notices, and that the classifier only adds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Safety
from bot.safety import FAILED, RULES, Rule, danger_notices, detect
from tests.clinics import CLINIC, bot_of
from tests.safety.classifiers import IGNORANT, Broken, Fixed, Install

LEVELS = ("none", "support", "crisis", "emergency")


@pytest.mark.usefixtures("rules_only")
@pytest.mark.parametrize(
    ("message", "level", "notices"),
    [
        ("I want to kill myself", "crisis", ("crisis",)),
        ("hello\n\nplease\nI want to\ndie", "crisis", ("crisis",)),
        ("my son says he will kill himself", "crisis", ("crisis-other",)),
        ("my husband hits me", "crisis", ("harm",)),
        ("I took all my pills", "emergency", ("emergency",)),
        ("she's not breathing", "emergency", ("emergency",)),
        ("I want to die and I can't breathe", "emergency", ("emergency", "crisis")),
        ("he hits me and I want to kill myself", "crisis", ("crisis", "harm")),
        ("he hits me and I want to kill myself and I can't breathe", "emergency", ("emergency", "crisis")),
        ("my wife is suicidal. I want to die.", "crisis", ("crisis", "crisis-other")),
        ("x " * 5000 + "I want to kill myself", "crisis", ("crisis",)),
        ("I want to kill myself" + " x" * 5000, "crisis", ("crisis",)),
    ],
)
def test_level_and_notices_gravest_first_two_at_most(message: str, level: str, notices: tuple[str, ...]) -> None:
    safety = detect(message)
    assert (safety.level, danger_notices(safety)) == (level, notices)


def test_what_only_the_classifier_found_adds_no_second_notice() -> None:
    assert danger_notices(Safety("crisis", ("self-kill", "model-other"))) == ("crisis",)
    assert danger_notices(Safety("crisis", ("model-other",))) == ("crisis-other",)


def test_a_check_that_failed_calls_for_the_crisis_notice() -> None:
    assert danger_notices(Safety("crisis", (FAILED,))) == ("crisis",)


@pytest.mark.parametrize("kind", ["self", "other", "emergency", "harm"])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_classifier_never_lowers_what_a_rule_found(rule: Rule, kind: str, install: Install) -> None:
    install(IGNORANT)
    by_rules = detect(rule.finds)
    install(Fixed(kind, danger=1.0, concern=1.0))
    with_model = detect(rule.finds)
    assert set(by_rules.rules) < set(with_model.rules)
    assert LEVELS.index(with_model.level) >= LEVELS.index(by_rules.level) >= LEVELS.index("crisis")
    assert danger_notices(with_model) == danger_notices(by_rules)


@pytest.mark.parametrize("kind", ["self", "other", "emergency", "harm"])
@pytest.mark.parametrize("message", ["I want to kill myself", "my husband hits me", "what is ketamine"])
def test_the_level_is_emergency_just_where_its_notice_is_shown(message: str, kind: str, install: Install) -> None:
    install(Fixed(kind, danger=1.0, concern=1.0))
    safety = detect(message)
    assert (safety.level == "emergency") == ("emergency" in danger_notices(safety))


@pytest.mark.parametrize(
    ("classifier", "safety"),
    [
        (Fixed("self", danger=1.0, concern=1.0), Safety("crisis", ("model-self",))),
        (Fixed("other", danger=0.5, concern=1.0), Safety("crisis", ("model-other",))),
        (Fixed("harm", danger=1.0, concern=1.0), Safety("crisis", ("model-harm",))),
        (Fixed("emergency", danger=1.0, concern=1.0), Safety("emergency", ("model-emergency",))),
        (Fixed("self", danger=0.49, concern=0.5), Safety("support", ("model-support",))),
        (Fixed("self", danger=0.49, concern=0.49), Safety()),
    ],
)
def test_what_no_rule_finds_is_as_grave_as_the_classifier_is_sure(
    classifier: Fixed, safety: Safety, install: Install
) -> None:
    install(classifier)
    assert detect("what is ketamine") == safety


def test_a_message_without_a_word_is_not_judged(install: Install) -> None:
    install(Broken())
    assert detect("?! 😭") == Safety()


@pytest.mark.parametrize("message", ["what is ketamine", "I want to kill myself", "I can't breathe"])
def test_a_classifier_that_fails_leaves_a_danger_notice_first(message: str, install: Install) -> None:
    install(Broken())
    reply = bot_of({"What is ketamine?": ["A medicine."]}).ask(message)
    assert reply.safety.level in {"crisis", "emergency"}
    assert reply.notices[0].id in {"crisis", "emergency"}


@pytest.mark.usefixtures("rules_only")
@pytest.mark.parametrize("notice", ["crisis", "crisis-short", "crisis-other", "emergency", "harm", "support"])
def test_a_notice_for_danger_names_the_emergency_number_and_the_crisis_line(notice: str) -> None:
    text = bot_of({"A?": ["b"]}).knowledge.notices[notice]
    assert CLINIC.emergency in text
    assert CLINIC.crisis_line in text


@given(st.text(st.characters()))
def test_any_text_can_be_checked(message: str) -> None:
    """A lone surrogate, which JSON can carry, is no obstacle."""
    assert detect(message).level in LEVELS


@pytest.mark.usefixtures("rules_only")
@pytest.mark.parametrize(
    "piece", ["i want ", "my a ", "he he ", "took ", "i am so ", "a" * 50, "k.", "a ", "1a", "i.\n"]
)
def test_a_long_hostile_message_comes_to_an_end(piece: str) -> None:
    """A pattern that backtracks would not come back from this in a lifetime."""
    assert detect(piece * (60_000 // len(piece))).rules == ()
