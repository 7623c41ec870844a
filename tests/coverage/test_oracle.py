"""The figures of the replies equal those of a count that shares no code with them, from the replies' own JSON."""

import json
from typing import Any

import pytest

from bot.bot import Bot
from bot.coverage import Plan, run
from bot.coverage.measures import Share
from bot.knowledge.covering import covering
from bot.model import Bars, CoverageQuestion, Expected
from tests.conftest import ROOT
from tests.coverage.clinic import TODAY

QUESTIONS = ROOT / "benchmarks" / "questions"
EVERY = 6


def rows(kind: str) -> list[dict[str, Any]]:
    lines = (QUESTIONS / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines][::EVERY]


def count(found: list[bool]) -> Share:
    return Share(sum(found), len(found))


def counted(bot: Bot, answerable: list[dict[str, Any]], silent: list[str]) -> dict[str, Share]:
    """Return what a reader of the JSON would count: see the definitions in docs/coverage.md."""
    replies = [(set(row["entries"]), bot.ask(row["question"]).to_dict()) for row in answerable]
    shown = [
        (gold, [p["entry_id"] for p in r["passages"]], [s["entry_id"] for s in r["suggestions"]]) for gold, r in replies
    ]
    others = [bot.ask(question).to_dict() for question in silent]
    return {
        "false_answers": count([bool(reply["passages"]) for reply in others]),
        "wrong_passages": count([bool(ids) and not gold & set(ids) for gold, ids, _ in shown]),
        "right": count([bool(gold & set(ids)) for gold, ids, _ in shown]),
        "shown_first": count([bool(ids) and ids[0] in gold for gold, ids, _ in shown]),
        "in_reach": count([bool(gold & {*ids, *offered}) for gold, ids, offered in shown]),
        "unanswered": count([not ids for _, ids, _ in shown]),
        "offered": count([reply["kind"] == "choose" for reply in others]),
    }


@pytest.mark.slow
def test_the_figures_are_those_of_an_independent_count() -> None:
    bot = Bot.load(ROOT / "knowledge", semantic=False)
    answerable = rows("answerable")
    silent = [row["question"] for kind in ("near", "far") for row in rows(kind)]
    tests = [CoverageQuestion(row["question"], Expected(entries=tuple(row["entries"]))) for row in answerable]
    tests += [CoverageQuestion(question, Expected()) for question in silent]
    plan = Plan(tuple(tests), Bars(), (), covering(ROOT / "knowledge"), "knowledge")
    figures = {figure.id: figure.share for figure in run(bot, plan, today=TODAY).figures}
    expected = counted(bot, answerable, silent)
    assert {id_: figures[id_] for id_ in expected} == expected
