"""The first safety check: explicit wording, whatever its case, apostrophes or line breaks."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety import RULES, Rule, danger_notice, detect
from tests.clinics import CLINIC, bot_of


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_finds_its_example_and_nothing_fires_on_what_it_must_ignore(rule: Rule) -> None:
    assert rule.id in detect(rule.finds).rules
    assert detect(rule.ignores).level == "none"


def test_rule_ids_are_unique_and_plain() -> None:
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z-]+", id_) for id_ in ids)


@pytest.mark.parametrize(
    ("message", "level", "notice"),
    [
        ("I WANT TO KILL MYSELF", "crisis", "crisis"),
        ("i don’t want to live anymore", "crisis", "crisis"),
        ("hello\n\nplease\nI want to\ndie", "crisis", "crisis"),
        ("I want to k\u200bill mys\u00adelf", "crisis", "crisis"),
        ("ｉ ｗａｎｔ ｔｏ ｄｉｅ", "crisis", "crisis"),
        ("my son says he will kill himself", "crisis", "crisis-other"),
        ("I took all my pills", "emergency", "emergency"),
        ("she's not breathing", "emergency", "emergency"),
        ("I can't breathe and I want to die", "crisis", "crisis"),
    ],
)
def test_explicit_danger(message: str, level: str, notice: str) -> None:
    safety = detect(message)
    assert (safety.level, danger_notice(safety)) == (level, notice)


@pytest.mark.parametrize(
    "message",
    [
        "does ketamine help with suicidal thoughts?",
        "is suicide risk checked before treatment",
        "I am dying to know how it works",
        "killing time before my appointment",
        "can I do this if I'm pregnant?",
        "my heart attack was in 2015",
        "i took my pills this morning, can i still come at 2",
        "",
    ],
)
def test_questions_and_figures_of_speech_raise_nothing(message: str) -> None:
    assert detect(message).level == "none"


@pytest.mark.parametrize("notice", ["crisis", "crisis-other", "emergency"])
def test_a_danger_notice_names_the_emergency_number_and_the_crisis_line(notice: str) -> None:
    text = bot_of({"A?": ["b"]}).knowledge.notices[notice]
    assert CLINIC.emergency in text
    assert CLINIC.crisis_line in text


@given(st.text())
def test_any_text_can_be_checked(message: str) -> None:
    assert detect(message).level in {"none", "crisis", "emergency"}


@pytest.mark.parametrize("piece", ["i want ", "my a ", "he he ", "took ", "i am so ", "a" * 50])
def test_a_long_hostile_message_comes_to_an_end(piece: str) -> None:
    """A pattern that backtracks would not come back from this in a lifetime."""
    assert detect(piece * (60_000 // len(piece))).level == "none"
