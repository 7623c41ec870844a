"""The curve of thresholds: at each it tells what the bot would do there, though nothing is ranked a second time."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bot import Bot
from bot.coverage import Counts, Curve, Turn, curve
from bot.retrieval import Ranking
from tests.clinics import knowledge_of

QUESTIONS = (
    ("When are you open?", {"e0"}),
    ("are you open at nine", {"e0"}),
    ("may a friend come along", {"e1"}),
    ("a friend at nine", {"e0"}),
    ("Can I bring a friend? And when are you open?", {"e0", "e1"}),
    ("where can I park", ()),
    ("is the friend open", ()),
    ("hello", ()),
    ("what about the weather on the moon", ()),
    ("", ()),
    ("I want to kill myself", ()),
)


@pytest.fixture(scope="module")
def bot() -> Bot:
    return Bot(
        knowledge_of(
            {
                "When are you open?": ["We are open from nine to five."],
                "Can I bring a friend?": ["Please bring one friend."],
                "What does it feel like?": ["It feels like floating."],
            }
        )
    )


@pytest.fixture(scope="module")
def measured(bot: Bot) -> Curve:
    return curve(bot, QUESTIONS)


def asked(bot: Bot, threshold: float) -> tuple[int, int, int, int, int]:
    """Return right, wrong, choose, silent and false answers of a bot whose operating point is that one."""
    point = replace(bot.knowledge.operating_point, answer=threshold)
    moved = bot.with_knowledge(replace(bot.knowledge, operating_point=replace(point, choose=min(0.3, threshold))))
    found: Counter[str] = Counter()
    for question, expected in QUESTIONS:
        reply = moved.ask(question)
        if reply.kind == "answer":
            hit = bool({shown.entry_id for shown in reply.passages} & set(expected))
            found["right" if hit else "wrong"] += 1
            found["false"] += not expected
        else:
            found["choose" if reply.kind == "choose" else "silent"] += 1
    return found["right"], found["wrong"], found["choose"], found["silent"], found["false"]


def counts(found: Counts) -> tuple[int, int, int, int, int]:
    return found.right, found.wrong, found.choose, found.silent, found.false_answers


@settings(max_examples=15)
@given(threshold=st.floats(0, 1))
def test_the_curve_says_what_the_bot_would_do(bot: Bot, measured: Curve, threshold: float) -> None:
    assert counts(measured.at(threshold)) == asked(bot, threshold)


def test_the_curve_says_so_on_each_of_its_edges(bot: Bot, measured: Curve) -> None:
    edges = sorted({confidence for one in measured.steps for confidence in one.confidences})
    assert len(edges) > 5
    for edge in edges[::2]:
        assert counts(measured.at(edge)) == asked(bot, edge)


def test_a_higher_threshold_never_answers_more(measured: Curve) -> None:
    points = measured.points()
    assert [point.threshold for point in points[:3]] == [0.0, 0.01, 0.02]
    answered = [point.right + point.wrong for point in points]
    assert answered == sorted(answered, reverse=True)
    assert {point.right + point.wrong + point.choose + point.silent for point in points} == {len(QUESTIONS)}
    assert points[0].false_answers > points[-1].false_answers


def test_a_threshold_too_low_shows_in_the_questions_that_change(measured: Curve) -> None:
    turns = measured.turns(0.999, 0.0)
    assert Turn("is the friend open", frozenset(), "choose", "wrong") in turns
    assert {turn.question for turn in turns} <= {question for question, _ in QUESTIONS}
    assert measured.turns(0.5, 0.5) == ()
    assert [(turn.after, turn.before) for turn in measured.turns(0.0, 0.999)] == [
        (turn.before, turn.after) for turn in turns
    ]


def test_each_text_is_ranked_once(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    ranked: Counter[str] = Counter()
    rank = bot.rank

    def counted(question: str) -> Ranking:
        ranked[question] += 1
        return rank(question)

    monkeypatch.setattr(bot, "rank", counted)
    curve(bot, QUESTIONS[:6])
    assert set(ranked.values()) == {1}
    assert {question for question, _ in QUESTIONS[:6]} <= ranked.keys()
