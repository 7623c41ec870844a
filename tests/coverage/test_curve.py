"""The curve of thresholds: at each it tells what the bot would do there, though nothing is ranked a second time."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bot import Bot
from bot.coverage import Counts, Curve, Plan, Turn, curve, curve_of_tests, run
from bot.knowledge.coverage_tests import read_coverage
from bot.knowledge.covering import covering
from bot.model import Bars, CoverageQuestion, Expected
from bot.retrieval import Ranking
from tests.clinics import knowledge_of
from tests.coverage.clinic import TODAY, make_clinic

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


def test_at_the_operating_point_the_curve_of_tests_tells_what_a_run_tells(tmp_path: Path) -> None:
    clinic = make_clinic(tmp_path)
    bot = Bot.load(clinic, semantic=False, cache=None)
    tests = (
        *read_coverage(clinic, bot.knowledge),
        CoverageQuestion("where is the moon parking tonight", Expected()),
        CoverageQuestion("do you close when it rains", Expected(passages=("when-open#0",))),
        CoverageQuestion("a friend of mine parks on holidays", Expected(("when-open",))),
        CoverageQuestion("I want to kill myself", Expected(level="crisis")),
    )
    report = run(bot, Plan(tests, Bars(), (), covering(clinic), ""), today=TODAY)
    verdicts = Counter(result.verdict for result in report.results if not result.test.expected.level)
    counts = curve_of_tests(bot, tests).at(bot.knowledge.operating_point.answer)
    silent = sum(result.verdict == "right" and not result.test.expected.answering for result in report.results) - 1
    assert counts.right == verdicts["right"] - silent
    assert counts.wrong == verdicts["wrong passage"] + verdicts["should have been silent"]
    assert counts.false_answers == verdicts["should have been silent"] == 1
    assert counts.right + counts.wrong + counts.choose + counts.silent == len(tests) - 1


def test_general_words_below_the_notice_without_advice_are_no_false_answer(bot: Bot) -> None:
    question = "should I stop my lexapro before I bring a friend?"
    tests = [CoverageQuestion(question, Expected(), general=general) for general in ((), ("e0", "e1", "e2"))]
    shown = bot.ask(question)
    assert (shown.kind, [notice.id for notice in shown.notices]) == ("answer", ["no-advice"])
    assert [curve_of_tests(bot, [test]).at(0.5).false_answers for test in tests] == [1, 0]
