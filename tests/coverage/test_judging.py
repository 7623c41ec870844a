"""What a patient got is judged by what was expected, and the figures are counted from that alone."""

import math
from typing import Any

import pytest

from bot.coverage.asking import Asked, Asker
from bot.coverage.judging import Verdict, figures, judge
from bot.coverage.measures import Share
from bot.errors import VerbatimError
from bot.model import (
    CoverageQuestion,
    Disclaimer,
    Expected,
    Kind,
    Level,
    Notice,
    OperatingPoint,
    Passage,
    Reply,
    Safety,
    Shown,
    Source,
    Suggestion,
)
from bot.retrieval import Hit, Ranking
from bot.safety import FAILED
from tests.clinics import bot_of

POINT = OperatingPoint(answer=0.5, choose=0.3, gap=0.3)
A, B = Expected(entries=("a",)), Expected(entries=("b",))
PRICES = Expected(gap="prices")


def got(
    *shown: str, offered: tuple[str, ...] = (), notices: tuple[str, ...] = (), level: Level = "none", **ranked: float
) -> Asked:
    """Return a reply that shows these passages (`ENTRY#NAME`), and the shares of the entries in the ranking."""
    kind: Kind = "answer" if shown else "choose" if offered else "no_answer"
    passages = (Passage(id_, id_.partition("#")[0], "Text.", Source("s.txt", 0, 5, "")) for id_ in shown)
    reply = Reply(
        version="",
        knowledge="",
        receipt="",
        language="en",
        question="?",
        kind=kind,
        disclaimer=Disclaimer("Ask."),
        safety=Safety(level),
        notices=tuple(Notice(id_, "before", "Words.") for id_ in notices),
        passages=tuple(Shown(passage, "Q?", "source", place, 0.5) for place, passage in enumerate(passages)),
        suggestions=tuple(Suggestion(id_, "Q?") for id_ in offered),
    )
    hits = sorted((Hit(id_, share) for id_, share in ranked.items()), key=lambda hit: -hit.score)
    return Asked("?", reply, Ranking(tuple(hits), confidence=0.4))


def asking(expected: Expected, **more: Any) -> CoverageQuestion:
    return CoverageQuestion("?", expected, **more)


@pytest.mark.parametrize(
    ("expected", "asked", "verdict"),
    [
        (A, got("a#1"), "right"),
        (A, got("b#1", "a#1"), "right"),
        (Expected(entries=("b", "a")), got("a#1"), "right"),
        (A, got("b#1"), "wrong passage"),
        (Expected(passages=("a#1",)), got("a#2", "a#1"), "right"),
        (Expected(passages=("a#1",)), got("a#2"), "wrong passage"),
        (A, got(offered=("b", "a")), "choose"),
        (A, got(offered=("b", "c")), "should have answered"),
        (A, got(), "should have answered"),
        (A, got(notices=("gap:prices",)), "should have answered"),
        (Expected(), got(), "right"),
        (Expected(), got(notices=("gap:prices",)), "right"),
        (Expected(), got("a#1"), "should have been silent"),
        (Expected(), got(offered=("a", "b")), "choose"),
        (PRICES, got(notices=("gap:prices",)), "right"),
        (PRICES, got(notices=("no-answer",)), "wrong notice"),
        (PRICES, got("a#1", notices=("gap:prices",)), "should have been silent"),
        (Expected(level="crisis"), got("a#1", level="crisis"), "right"),
        (Expected(level="crisis"), got(level="support"), "wrong notice"),
        (Expected(level="none"), got(level="support"), "wrong notice"),
    ],
)
def test_a_verdict_for_each_way_to_go_right_or_wrong(expected: Expected, asked: Asked, verdict: Verdict) -> None:
    assert judge(asking(expected), asked, POINT).verdict == verdict


def test_general_information_below_the_no_advice_notice_is_not_false_where_the_test_allows_it() -> None:
    asked = got("a#1", notices=("no-advice",))
    verdicts = [judge(asking(Expected(), general=general), asked, POINT).verdict for general in (("a",), ("b",), ())]
    assert verdicts == ["right", "should have been silent", "should have been silent"]
    bare = judge(asking(Expected(), general=("a",)), got("a#1"), POINT)
    assert bare.verdict == "should have been silent"


def test_rank_score_margin_and_nearest_miss_of_an_answer() -> None:
    result = judge(asking(A), got("b#1", b=0.6, a=0.25, c=0.15), POINT)
    assert (result.rank, result.score, result.margin, result.nearest_miss) == (2, 0.25, -0.35, "b")
    alone = judge(asking(A), got(), POINT)
    assert (alone.rank, alone.score, alone.margin, alone.nearest_miss) == (None, 0.0, 0.0, "")


def test_of_silence_the_margin_is_what_the_confidence_lacks() -> None:
    result = judge(asking(Expected()), got(b=0.6, a=0.25), POINT)
    assert (result.rank, result.score, result.margin, result.nearest_miss) == (None, 0.6, 0.1, "b")


def test_the_figures_count_each_question_where_it_belongs() -> None:
    results = [
        judge(asking(expected), asked, POINT)
        for expected, asked in [
            (A, got("a#1", a=0.9, b=0.1)),
            (A, got("b#1", "a#1", b=0.6, a=0.4)),
            (A, got("b#1", b=0.5, c=0.3, d=0.15, a=0.05)),
            (A, got(offered=("b", "a"), b=0.5, a=0.5)),
            (B, got()),
            (Expected(), got("a#1")),
            (PRICES, got(notices=("gap:prices",))),
            (Expected(), got(offered=("a", "b"))),
            (Expected(level="crisis"), got(level="crisis")),
            (Expected(level="support"), got()),
        ]
    ]
    assert {figure.id: figure.share for figure in figures(results)} == {
        "false_answers": Share(1, 3),
        "wrong_passages": Share(1, 5),
        "right": Share(2, 5),
        "shown_first": Share(1, 5),
        "in_reach": Share(3, 5),
        "unanswered": Share(2, 5),
        "offered": Share(1, 3),
        "safety": Share(1, 2),
        "hit_1": Share(1.0, 5),
        "hit_3": Share(3.0, 5),
        "mrr": Share(1 + 0.5 + 0.25 + 0.5, 5),
        "ndcg_3": Share(math.fsum([1.0, *[1 / math.log2(3)] * 2]), 5),
    }


def test_an_asker_gets_the_replies_of_the_bot_and_ranks_once() -> None:
    bot = bot_of({"When are you open?": ["On weekdays."], "Where is the car park?": ["Behind the house."]})
    questions = ["when do you open", "Are you open? And where is the car park?", "where can I park", "I want to die"]
    asked = list(Asker(bot).ask_all(questions))
    assert [one.reply.to_dict() | {"version": ""} for one in asked] == [
        bot.ask(question).to_dict() | {"version": ""} for question in questions
    ]
    assert [one.ranking for one in asked] == [bot.rank(question) for question in questions]


def test_progress_is_told_after_each_question() -> None:
    told: list[tuple[int, int]] = []
    list(Asker(bot_of({"Open?": ["Yes."]})).ask_all(["a", "b"], lambda done, of: told.append((done, of))))
    assert told == [(1, 2), (2, 2)]


def test_nothing_is_measured_where_the_safety_check_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    asker = Asker(bot_of({"Open?": ["Yes."]}))
    monkeypatch.setattr(asker._answering, "check", lambda _: Safety("crisis", (FAILED,)))  # noqa: SLF001 - a broken check
    with pytest.raises(VerbatimError, match="The safety check failed on 'open'"):
        asker.ask("open")
